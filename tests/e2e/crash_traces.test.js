// A daemon that dies of a fault under load leaves a trace that tells where, and nothing of whom.
'use strict';

const assert = require('node:assert/strict');
const { execFileSync, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { after, before, it } = require('node:test');
const { Client } = require('../interop/client.js');
const fixtures = require('../interop/fixtures.js');
const { Daemon, configText, initData, program } = require('./daemon.js');

/** Of every type, made up: what somebody might type into a reason. */
const IDENTIFIERS = [
  'license:7d1f4e6a8b2c5d7e9f1a3b4c6d8e0f2a5b0e3a7c', 'steam:11000010decade1', 'discord:564738291012345678',
  'fivem:7080917', 'xbl:2533274811223344', 'live:985154411223344', '198.51.100.88', '2001:db8:88::cafe',
  `3:${'DECADE01'.repeat(8)}`, 'somebody@example.org',
];
const MARKS = {
  server: 'Quayside Marker', owner: 'Owner Marker', name: 'Visible Marker',
  reason: `reason-marker ${IDENTIFIERS.join(' ')}`.slice(0, 500), environment: 'environment-marker',
};
const TRACE = new RegExp([
  '^drawbridged crash trace', 'version {2}\\d+\\.\\d+\\.\\d+', 'build {4}[0-9a-f]{40}',
  'time {5}\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z',
  'signal {3}(?<signal>\\d+ SIG[A-Z]+), sent by a process', 'thread {3}(?<thread>[\\w-]+)',
  'work {5}(?<work>[\\w:{}/ -]+)', 'at {7}\\S+\\+0x[0-9a-f]+', 'stack',
  '(?<stack>( {2}#\\d+ (\\?|\\S+\\+0x[0-9a-f]+)\\n)+)end\\n$',
].join('\\n'));

/** @type {Daemon} */
let daemon;
/** @type {import('./daemon.js').Enrolment} */
let document;
/** @type {string[]} */
let secrets;

before(async () => {
  process.env.DRAWBRIDGE_TEST_MARK = MARKS.environment;
  daemon = await new Daemon(await initData()).start();
  document = await daemon.addServer(MARKS.server);
  secrets = [...Object.values(MARKS), ...IDENTIFIERS, document.secret, document.secret.slice(5, 48),
    document.server_id, fs.readFileSync(path.join(daemon.dir, 'admin.token'), 'utf8').trim(),
    daemon.dir];
});

after(() => daemon?.dispose());

/** Sends joins and bans until the daemon is gone. @param {Client} client */
async function sendUntilGone(client) {
  try {
    for (;;) {
      const player = fixtures.playerOf(client, { ...fixtures.person(), name: MARKS.name });
      const ban = { ...fixtures.ban(player), reason: MARKS.reason };
      await client.results([fixtures.join(player), ban]);
    }
  } catch (error) {
    if (!/ECONN|EPIPE|socket hang up/.test(String(error))) throw error;
  }
}

/** @param {string} name of the thread; its id */
function threadOf(name) {
  const tasks = `/proc/${daemon.child?.pid}/task`;
  const found = fs.readdirSync(tasks)
    .find((id) => fs.readFileSync(`${tasks}/${id}/comm`, 'utf8').trim() === name);
  assert.ok(found, `no thread ${name}`);
  return found;
}

/** Under load. @param {() => void} kill */
async function crash(kill) {
  const client = Client.fromDocument(document);
  await client.hello();
  const load = Array.from({ length: 3 }, () => sendUntilGone(client));
  await client.results([fixtures.join(fixtures.licensePlayer(client))]);
  kill();
  const [ended] = await Promise.all([daemon.exited, ...load]);
  client.close();
  const folder = path.join(daemon.dir, 'traces');
  assert.equal(fs.statSync(folder).mode & 0o777, 0o700);
  const name = fs.readdirSync(folder).sort().at(-1) ?? '';
  assert.match(name, /^crash-\d{8}T\d{6}\.\d{3}Z-\d+\.txt$/);
  assert.equal(fs.statSync(path.join(folder, name)).mode & 0o777, 0o600);
  assert.ok(daemon.output.includes(`trace in traces/${name}\n`), daemon.output);
  const text = fs.readFileSync(path.join(folder, name), 'utf8');
  for (const secret of secrets) assert.ok(!text.includes(secret), `${secret} in\n${text}`);
  const fields = TRACE.exec(text)?.groups;
  assert.ok(fields, text);
  return { ...ended, name, fields };
}

/** The functions of the stack, by addr2line. @param {string} stack */
function symbolised(stack) {
  const addresses = [...stack.matchAll(/ drawbridged\+(0x[0-9a-f]+)$/gm)].map(([, at]) => at);
  assert.ok(addresses.length > 0, stack);
  return execFileSync('addr2line', ['-f', '-C', '-e', program('drawbridged'), ...addresses],
    { encoding: 'utf8' });
}

it('kill -SEGV: trace, and the next start tells', async () => {
  const { signal, name, fields } = await crash(() => daemon.child?.kill('SIGSEGV'));
  assert.equal(signal, 'SIGSEGV');
  assert.equal(fields.signal, '11 SIGSEGV');
  assert.equal(fields.thread, 'drawbridged');
  assert.equal(fields.work, 'wait for signals');
  const functions = symbolised(fields.stack);
  assert.match(functions, /^drawbridge::daemon::Signals::wait/m);
  assert.match(functions, /^main$/m);
  await daemon.start();
  assert.ok(daemon.output.includes(`the last run crashed: traces/${name}`), daemon.output);
  const status = await daemon.ctlJson('status');
  assert.equal(status.crashes.kept, 1);
  assert.ok(Math.abs(status.crashes.last_at - Date.now()) < 60_000);
  assert.match((await daemon.ctl('status')).stdout, /^crashes +1 trace, the last just now$/m);
  await daemon.restart();
  assert.ok(!daemon.output.includes('crashed'), 'told once');
});

it('an abort on the store thread tells its work', async () => {
  const kill = 'import ctypes, sys; ctypes.CDLL(None).tgkill(*map(int, sys.argv[1:]))';
  const victim = [String(daemon.child?.pid), threadOf('store'), '6'];
  const { signal, fields } = await crash(() => execFileSync('python3', ['-c', kill, ...victim]));
  assert.equal(signal, 'SIGABRT');
  assert.equal(fields.thread, 'store');
  assert.match(fields.work, /^(-|store|answer|events|events:(join|ban)|poll|housekeeping)$/);
  assert.match(symbolised(fields.stack), /^drawbridge::store::Writer::loop/m);
  await daemon.start();
  assert.equal((await daemon.ctlJson('status')).crashes.kept, 2);
});

it('old traces go with the start', async () => {
  const folder = path.join(daemon.dir, 'traces');
  const [oldest] = fs.readdirSync(folder).sort();
  const days = Date.now() / 1000 - 31 * 86_400;
  fs.utimesSync(path.join(folder, oldest), days, days);
  await daemon.restart();
  assert.equal((await daemon.ctlJson('status')).crashes.kept, 1);
  assert.ok(!fs.existsSync(path.join(folder, oldest)));
});

// Root may look at everything: both sides do without its powers.
const POWERLESS = process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-all', '--inh-caps=-all'] : [];

/** As another process of the same user would. @param {number | undefined} pid */
function readMemoryMap(pid) {
  const [command, ...args] = [...POWERLESS, 'cat', `/proc/${pid}/maps`];
  return spawnSync(command, args, { encoding: 'utf8' });
}

it('nobody looks into its memory, unless the configuration allows it', async () => {
  daemon.launcher = POWERLESS;
  await daemon.restart();
  const closed = readMemoryMap(daemon.child?.pid);
  assert.equal(closed.status, 1);
  assert.match(closed.stderr, /Permission denied/);
  const config = `${configText({})}[debug]\ncore_dumps = true\n`;
  fs.writeFileSync(path.join(daemon.dir, 'drawbridge.toml'), config);
  await daemon.restart();
  assert.match(readMemoryMap(daemon.child?.pid).stdout, /drawbridged/);
});
