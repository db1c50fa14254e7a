// What MQTT.js asks of a broker: node mqttjs.js PORT LEVEL. Ends with 0 if all of it works, else with the sentence that does not.
const mqtt = require('mqtt');

const [port, level] = process.argv.slice(2).map(Number);
const PATIENCE_MS = 20000;
let names = 0;
const name = (what) => `js${level}-${what}-${process.pid}-${++names}`;

setTimeout(() => fail(`nothing for ${PATIENCE_MS} ms while ${step}`), PATIENCE_MS).unref();
let step = 'starting';

function fail(sentence) {
  console.log(sentence);
  process.exit(1);
}

async function connect(clientId, options = {}) {
  const client = await mqtt.connectAsync({ port, host: '127.0.0.1', protocolVersion: level, clientId, reconnectPeriod: 0, ...options });
  client.inbox = [];
  client.waiting = [];
  client.on('message', (topic, payload, packet) => {
    const message = `${payload} qos=${packet.qos} retain=${packet.retain}`;
    const next = client.waiting.shift();
    next ? next(message) : client.inbox.push(message);
  });
  return client;
}

const receive = (client) => client.inbox.length
  ? Promise.resolve(client.inbox.shift())
  : new Promise((resolve) => client.waiting.push(resolve));

async function expect(client, expected) {
  const got = await receive(client);
  if (got !== expected) fail(`${step}: expected "${expected}", got "${got}"`);
}

const steps = {
  async 'each QoS is delivered'() {
    const topic = name('qos');
    const client = await connect(name('c'));
    await client.subscribeAsync(topic, { qos: 2 });
    for (const qos of [0, 1, 2]) {
      await client.publishAsync(topic, `m${qos}`, { qos });
      await expect(client, `m${qos} qos=${qos} retain=false`);
    }
    await client.unsubscribeAsync(topic);
    await client.endAsync();
  },

  async 'a lost connection publishes its will'() {
    const topic = name('will');
    const heir = await connect(name('heir'));
    await heir.subscribeAsync(topic, { qos: 1 });
    const dying = await connect(name('dying'), { will: { topic, payload: 'gone', qos: 1 } });
    dying.on('error', () => {});
    dying.stream.destroy();
    await expect(heir, 'gone qos=1 retain=false');
    await heir.endAsync();
  },

  async 'a retained message comes with the subscription'() {
    const topic = name('retained');
    const client = await connect(name('c'));
    await client.publishAsync(topic, 'kept', { qos: 1, retain: true });
    await client.subscribeAsync(topic, { qos: 1 });
    await expect(client, 'kept qos=1 retain=true');
    await client.publishAsync(topic, '', { qos: 1, retain: true });
    await client.endAsync();
  },

  async 'a shared subscription delivers each message once'() {
    const topic = name('shared');
    const members = [await connect(name('a')), await connect(name('b'))];
    for (const member of members) await member.subscribeAsync(`$share/g/${topic}`, { qos: 1 });
    const got = [];
    const all = new Promise((resolve) => members.forEach((member) => member.on('message', (t, payload) => {
      got.push(String(payload));
      if (got.length === 10) resolve();
    })));
    const publisher = await connect(name('p'));
    for (let i = 0; i < 10; i++) await publisher.publishAsync(topic, `s${i}`, { qos: 1 });
    await all;
    if (new Set(got).size !== 10) fail(`${step}: ${got}`);
    if (!members.every((member) => member.inbox.length > 0)) fail(`${step}: one member got all`);
    for (const client of [publisher, ...members]) await client.endAsync();
  },

  async 'a session is resumed with what came meanwhile'() {
    const topic = name('resume');
    const clientId = name('sleeper');
    const options = { clean: false, properties: level === 5 ? { sessionExpiryInterval: 300 } : undefined };
    const first = await connect(clientId, options);
    await first.subscribeAsync(topic, { qos: 2 });
    await first.endAsync();
    const publisher = await connect(name('p'));
    for (const qos of [1, 2]) await publisher.publishAsync(topic, `q${qos}`, { qos });
    await publisher.endAsync();
    const inbox = [];
    const both = new Promise((resolve) => {
      const again = mqtt.connect({ port, host: '127.0.0.1', protocolVersion: level, clientId, reconnectPeriod: 0, ...options });
      again.on('connect', (connack) => connack.sessionPresent || fail(`${step}: no session is present`));
      again.on('message', (t, payload, packet) => inbox.push(`${payload} qos=${packet.qos}`) === 2 && resolve(again));
    });
    const again = await both;
    if (inbox.join() !== 'q1 qos=1,q2 qos=2') fail(`${step}: ${inbox}`);
    await again.endAsync();
  },

  async 'user properties, response topic and correlation data arrive'() {
    if (level < 5) return;
    const topic = name('properties');
    const client = await connect(name('c'));
    await client.subscribeAsync(topic, { qos: 1, properties: { subscriptionIdentifier: 7 } });
    const properties = { responseTopic: 'r', correlationData: Buffer.from([1, 2]), contentType: 't', userProperties: { a: ['1', '2'] } };
    const packet = new Promise((resolve) => client.once('message', (t, payload, whole) => resolve(whole)));
    await client.publishAsync(topic, 'x', { qos: 1, properties });
    const got = (await packet).properties;
    const told = [got.responseTopic, got.correlationData.toString('hex'), got.contentType, got.userProperties.a.join('+'), got.subscriptionIdentifier];
    if (told.join() !== 'r,0102,t,1+2,7') fail(`${step}: ${told}`);
    await client.endAsync();
  },
};

(async () => {
  for (step of Object.keys(steps)) await steps[step]();
  process.exit(0);
})().catch((error) => fail(`${step}: ${error}`));
