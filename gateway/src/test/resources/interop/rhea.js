// What a backend on rhea does: takes so many messages from uplink, prints topic, payload and message-id of each, and sends a
// command; ends when that is accepted.
const [port, count] = process.argv.slice(2).map(Number);
const container = require('rhea');
let received = 0;

container.on('connection_open', context => context.connection.open_receiver('uplink'));
container.on('message', context => {
    const {subject, body, message_id: id} = context.message;
    console.log([subject, body.content.toString(), id].join('\t'));
    received++;
    if (received === count) {
        context.connection.open_sender('downlink');
    }
});
container.once('sendable', context =>
    context.sender.send({subject: 'devices/d1/do', body: 'now', application_properties: {by: 'rhea'}}));
container.on('accepted', context => context.connection.close());
for (const fault of ['rejected', 'released', 'modified', 'connection_error', 'disconnected']) {
    container.on(fault, context => {
        console.error(fault, context.error);
        process.exitCode = 1;
    });
}
container.connect({port, host: '127.0.0.1', reconnect: false});
