'use strict';

// What a resource meets on the server: scripts, players, events, commands, exports, restart.

const assert = require('node:assert');
const path = require('node:path');
const { describe, it } = require('node:test');
const { startServer } = require('./driver');
const { startScript, withServer } = require('./inline');

const SAMPLE = path.join(__dirname, 'sample');
const startSample = (options = {}) => startServer({ resourceRoot: SAMPLE, ...options });

describe('sample resource', { concurrency: 2 }, () => {
  it('runs without a violation, from connecting to stopping', () =>
    withServer(startSample(), async (server) => {
      const ann = await server.connect(
        { name: 'Ann', identifiers: ['license:a'], tokens: ['2:f'] });
      assert.deepStrictEqual([ann.allowed, ann.source, ann.updates], [true, 65536, ['hello Ann']]);
      const bad = await server.connect({ name: 'Bad', identifiers: ['license:banned'] });
      assert.deepStrictEqual([bad.allowed, bad.reason], [false, 'You are banned.']);
      assert.strictEqual(await server.join(ann.source), 1);
      assert.ok(await server.waitForLine('joined 1 was 65536 tokens 1'));
      await server.drop(1, 'Bye');
      const { drops, joins } = await server.export('stats');
      assert.deepStrictEqual([joins, drops], [1, [
        { source: 1, reason: 'Bye', resource: '', code: 2 },
      ]]);
      const status = await server.stop();
      assert.deepStrictEqual(status.violations, []);
      assert.strictEqual(status.pendingDeferrals, 0);
    }));

  it('has classic scripts in one scope, and CommonJS in what they require', () =>
    withServer(startSample(), async (server) => {
      assert.ok(await server.waitForLine('second script sees sample'));
      assert.deepStrictEqual(await server.export('environment'), {
        module: 'undefined',
        dirname: 'undefined',
        exports: 'function',
        library: true,
        owner: 'sample',
        path: `${path.dirname(server.root)}//sample`,
        version: '1.2.3',
        state: ['started', 'missing'],
        blob: 7,
      });
    }));

  it('calls exports, also asynchronous ones, and knows the caller', () =>
    withServer(startSample(), async (server) => {
      assert.strictEqual(await server.export('later', [4]), 5);
      assert.strictEqual(await server.export('caller', [], 'EasyAdmin'), 'EasyAdmin');
      await assert.rejects(server.export('nothing'), /No such export nothing in resource sample/);
    }));

  it('tells txAdmin\'s own event from a forged one', () =>
    withServer(startSample(), async (server) => {
      await server.emit('txAdmin:events:playerBanned', [{ actionId: 'REAL' }], 'monitor');
      await server.emit('txAdmin:events:playerBanned', [{ actionId: 'FORGED' }], 'intruder');
      assert.deepStrictEqual((await server.export('stats')).bans, ['REAL']);
    }));

  it('runs commands for the console and for players who may', () =>
    withServer(startSample(), async (server) => {
      const plain = await server.enter({ name: 'Plain' });
      const admin = await server.enter({ name: 'Admin', aces: ['command.sample'] });
      assert.strictEqual(await server.command('sample one "two three"'), true);
      assert.strictEqual(await server.command('sample', plain), false);
      assert.strictEqual(await server.command('sample x', admin), true);
      assert.strictEqual(await server.command('nonsense'), false);
      assert.deepStrictEqual((await server.export('stats')).commands, [
        { src: 0, args: ['one', 'two three'], raw: 'sample one "two three"' },
        { src: admin, args: ['x'], raw: 'sample x' },
      ]);
      assert.ok(await server.waitForLine('Access denied for command sample.'));
    }));

  it('drops a player on the resource\'s word', () =>
    withServer(startSample(), async (server) => {
      const id = await server.enter({ name: 'Gone' });
      await server.command(`sample kick ${id}`);
      const drop = await server.waitFor(() => server.dropped[0], 'the drop');
      assert.deepStrictEqual(drop, {
        source: id, name: 'Gone', reason: 'kicked by command', resource: 'sample',
      });
      assert.deepStrictEqual(await server.players(), []);
      assert.strictEqual((await server.export('stats')).drops[0].code, 1);
    }));

  it('keeps players and keys over a restart', () =>
    withServer(startSample(), async (server) => {
      const id = await server.enter({ name: 'Stays', identifiers: ['license:s'] });
      await server.command('sample keep this');
      await server.restart();
      assert.strictEqual(await server.export('kept'), 'this');
      const [player] = await server.players();
      assert.deepStrictEqual([player.source, player.identifiers], [id, ['license:s']]);
      assert.strictEqual(await server.enter({ name: 'Next' }), id + 1);
    }));

  it('reads and changes convars without regard to case', () =>
    withServer(startSample({ convars: { my_number: '12x' } }), async (server) => {
      assert.deepStrictEqual(await server.export('convar', ['MY_NUMBER']), ['12x', 12]);
      assert.deepStrictEqual(await server.export('convar', ['missing']), ['none', 7]);
      await server.command('set my_number true');
      assert.deepStrictEqual(await server.export('convar', ['my_number']), ['true', 1]);
    }));
});

describe('host', { concurrency: 2 }, () => {
  it('does not start on a build that is too old', async () => {
    await assert.rejects(startSample({ build: 12912 }), /not started: \/server:12913/);
  });

  it('refuses a connection by event cancellation', () => withServer(startScript(`
    on('playerConnecting', (name, setKickReason) => {
      setKickReason('No ' + name);
      CancelEvent();
    });
  `), async (server) => {
    const { allowed, reason } = await server.connect({ name: 'Eve' });
    assert.deepStrictEqual([allowed, reason], [false, 'No Eve']);
  }));

  it('shows cards and hands over what the player submits', () => withServer(startScript(`
    on('playerConnecting', (name, setKickReason, deferrals) => {
      deferrals.defer();
      setImmediate(() => deferrals.presentCard({ type: 'AdaptiveCard' }, (data, raw) => {
        setImmediate(() => deferrals.done(data.answer + raw));
      }));
    });
  `), async (server) => {
    const waiting = server.connect({ name: 'Ida' });
    await server.ticks(3);
    const [{ source }] = await server.players();
    await server.request('submitCard', { source, data: { answer: 'yes' } });
    const { reason, cards } = await waiting;
    assert.deepStrictEqual([reason, cards], ['yes{"answer":"yes"}', [{ type: 'AdaptiveCard' }]]);
  }));

  it('gives up waiting for a deferral, and takes a leaving player out of it', () =>
    withServer(startScript(`
      on('playerConnecting', (name, setKickReason, deferrals) => deferrals.defer());
      on('playerDropped', () => console.log('dropped'));
    `), async (server) => {
      const { pending, source } = await server.connect({ name: 'Slow' }, 120);
      assert.strictEqual(pending, true);
      assert.strictEqual((await server.status()).pendingDeferrals, 1);
      await server.drop(source);
      const status = await server.stop();
      assert.deepStrictEqual([status.pendingDeferrals, status.violations], [0, []]);
      assert.ok(!server.console.some(({ text }) => text === 'dropped'));
    }));

  it('runs continuations late: a next event comes in between', () => withServer(startScript(`
    on('first', async () => {
      console.log('first');
      await null;
      console.log('continued');
    });
    on('second', () => console.log('second'));
  `), async (server) => {
    assert.strictEqual((await server.status()).microtasks, 'late');
    const { ticks } = await server.ticks(1);
    await Promise.all([server.emit('first'), server.emit('second')]);
    await server.waitForLine('continued');
    assert.deepStrictEqual(server.console.map(({ text }) => text),
      ['first', 'second', 'continued']);
    assert.ok((await server.status()).ticks > ticks);
  }));

  it('runs continuations at once without Node\'s internals', () => withServer(startScript(`
    on('first', async () => { await null; console.log('continued'); });
    on('second', () => console.log('second'));
  `, { promptMicrotasks: true }), async (server) => {
    assert.strictEqual((await server.status()).microtasks, 'prompt');
    await server.emit('first');
    await server.emit('second');
    await server.waitForLine('second');
    assert.deepStrictEqual(server.console.map(({ text }) => text), ['continued', 'second']);
  }));

  it('runs the continuations of Node\'s own callbacks with them, not a tick later', () =>
    withServer(startScript(`
      const { readFile } = require('fs').promises;
      const file = GetResourcePath(GetCurrentResourceName()) + '/main.js';
      on('read', async () => {
        const started = performance.now();
        for (let i = 0; i < 10; i += 1) await readFile(file);
        console.log('took ' + (performance.now() - started));
      });
    `), async (server) => {
      await server.emit('read');
      const { text } = await server.waitForLine('took');
      assert.ok(Number(text.split(' ')[1]) < 300, text);
    }));

  it('ticks sooner when asked to', () => withServer(startScript(`
    let at = 0;
    on('go', () => {
      at = performance.now();
      setImmediate(() => console.log('after ' + (performance.now() - at)));
      ScheduleResourceTick(GetCurrentResourceName());
    });
  `), async (server) => {
    let soonest = Infinity;
    for (let i = 0; i < 5; i += 1) {
      server.console.length = 0;
      await server.emit('go');
      const { text } = await server.waitForLine('after');
      soonest = Math.min(soonest, Number(text.split(' ')[1]));
    }
    assert.ok(soonest < 20, `${soonest} ms`);
  }));

  it('resets source when an event is emitted inside a handler', () => withServer(startScript(`
    on('inner', () => console.log('inner [' + source + '] from ' + GetInvokingResource()));
    on('playerJoining', () => {
      console.log('before ' + source);
      emit('inner');
      console.log('after ' + source);
    });
  `), async (server) => {
    await server.enter({ name: 'Max' });
    await server.waitForLine('after null');
    assert.deepStrictEqual(server.console.map(({ text }) => text),
      ['before 1', 'inner [] from inline', 'after null']);
    assert.deepStrictEqual(server.violations.map(({ code }) => code), ['late-source']);
  }));

  it('passes copies, and null for undefined', () => withServer(startScript(`
    const sent = { list: [1, undefined], when: new Date(0), bytes: Buffer.from('ab') };
    on('copied', (value) => {
      value.list.push(2);
      const { list, when, bytes } = value;
      console.log(JSON.stringify([list, when, bytes.constructor.name, sent.list]));
    });
    on('playerJoining', () => emit('copied', sent));
  `), async (server) => {
    await server.enter({ name: 'Max' });
    assert.ok(await server.waitForLine(
      '[[1,null,2],"1970-01-01T00:00:00.000Z","Uint8Array",[1,null]]'));
  }));

  it('lets a client reach registered events only', () => withServer(startScript(`
    onNet('open', (text) => console.log(source + ' says ' + text));
    on('playerJoining', () => emitNet('welcome', source, 'hi'));
  `), async (server) => {
    const id = await server.enter({ name: 'Cli' });
    await server.netEvent('open', ['hello'], id);
    await server.waitForLine(`${id} says hello`);
    const status = await server.status();
    assert.deepStrictEqual(status.netEvents, ['open']);
    assert.deepStrictEqual(status.sentToClients, [{ name: 'welcome', target: id, args: ['hi'] }]);
  }));

  it('announces other resources, their states and exports', () => withServer(startScript(`
    for (const name of ['onResourceStart', 'onServerResourceStart', 'onResourceStop']) {
      on(name, (resource) => console.log(name + ' ' + resource));
    }
    exports('ask', () => [GetResourceState('EasyAdmin'), exports.EasyAdmin.fetchBan('5').reason]);
  `), async (server) => {
    await server.waitForLine('onServerResourceStart inline');
    await server.foreign('EasyAdmin', { fetchBan: { reason: 'made up' } });
    assert.deepStrictEqual(await server.export('ask'), ['started', 'made up']);
    await server.request('resourceEvent', { name: 'EasyAdmin', phase: 'stop' });
    await server.waitForLine('onResourceStop EasyAdmin');
    assert.deepStrictEqual(server.console.map(({ text }) => text), ['onResourceStart inline',
      'onServerResourceStart inline', 'onResourceStop EasyAdmin']);
    assert.strictEqual((await server.export('ask'))[0], 'stopped');
  }));

  it('matches identifier types by prefix, and gives 1 or false for BOOL', () =>
    withServer(startScript(`
      exports('ask', (id) => [
        GetPlayerIdentifierByType(id, 'license'), GetPlayerIdentifierByType(id, 'license:'),
        GetPlayerIdentifierByType(id, 'steam:'), GetPlayerEndpoint(id), DoesPlayerExist(id),
        DoesPlayerExist(99), IsPlayerAceAllowed(id, 'a.b'), IsPlayerAceAllowed(id, 'ab'),
        getPlayers(),
      ]);
    `), async (server) => {
      const id = await server.enter({
        name: 'Pre', identifiers: ['license2:x', 'license:y'], endpoint: '192.0.2.7', aces: ['a'],
      });
      assert.deepStrictEqual(await server.export('ask', [id]), ['license2:x', 'license:y', null,
        '192.0.2.7', 1, false, 1, false, [String(id)]]);
    }));

  it('tells listeners of convar changes, and lets anyone read the console', () =>
    withServer(startScript(`
      AddConvarChangeListener('my_*', (name) => console.log(name + '=' + GetConvar(name, '')));
      RegisterConsoleListener((channel, text) => { last = channel + '>' + text; });
      let last = '';
      exports('ask', () => [last, GetConsoleBuffer()]);
    `), async (server) => {
      await server.convar('my_value', '1');
      await server.convar('other', '1');
      assert.deepStrictEqual(await server.export('ask'),
        ['script:inline>my_value=1', 'my_value=1\n']);
    }));

  it('keeps standard output for the protocol', () => withServer(startScript(`
    process.stdout.write('one\\ntw');
    process.stdout.write('o\\n');
    console.error('three %d', 3);
  `), async (server) => {
    await server.waitForLine('three 3');
    assert.deepStrictEqual(server.console, [{ level: 'log', text: 'one' },
      { level: 'log', text: 'two' }, { level: 'error', text: 'three 3' }]);
  }));
});
