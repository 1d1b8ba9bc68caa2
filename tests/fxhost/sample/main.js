// @ts-nocheck: scripts of a resource share one scope, which the type checker does not know.
'use strict';

const gate = require('./lib/gate.js');

const sampleStats = { name: 'sample', joins: 0, drops: [], bans: [], commands: [] };

on('playerConnecting', async (name, setKickReason, deferrals) => {
  const player = source;
  deferrals.defer();
  await gate.nextTick();
  deferrals.update(`${sampleGreeting} ${name}`);
  await gate.nextTick();
  if (gate.isBanned(getPlayerIdentifiers(player))) deferrals.done('You are banned.');
  else deferrals.done();
});

on('playerJoining', (oldId) => {
  sampleStats.joins += 1;
  console.log(`joined ${source} was ${oldId} tokens ${getPlayerTokens(source).length}`);
});

on('playerDropped', (reason, resource, code) => {
  sampleStats.drops.push({ source, reason, resource, code });
});

on('txAdmin:events:playerBanned', (ban) => {
  const from = GetInvokingResource();
  if (from !== 'monitor') return;
  sampleStats.bans.push(ban.actionId);
});

RegisterCommand('sample', (src, args, raw) => {
  sampleStats.commands.push({ src, args, raw });
  if (args[0] === 'kick') DropPlayer(args[1], 'kicked by command');
  if (args[0] === 'keep') SetResourceKvp('kept', args[1]);
}, true);

exports('stats', () => sampleStats);
exports('later', async (value) => {
  await gate.nextTick();
  return value + 1;
});
exports('caller', () => GetInvokingResource());
exports('kept', () => GetResourceKvpString('kept'));
exports('convar', (name) => [GetConvar(name, 'none'), GetConvarInt(name, 7)]);
exports('environment', () => ({
  module: typeof module,
  dirname: typeof __dirname,
  exports: typeof exports,
  library: gate.folder.endsWith('lib'),
  owner: gate.owner,
  path: GetResourcePath(GetCurrentResourceName()),
  version: GetResourceMetadata(GetCurrentResourceName(), 'version', 0),
  state: [GetResourceState('sample'), GetResourceState('nothing')],
  blob: readbuffer('lib/blob.bin').byteLength,
}));
