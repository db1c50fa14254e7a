package io.forebay.storage.chronicle;

import io.forebay.storage.Message;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The process that {@link CrashIT} kills: devices that publish at QoS 1 and 2 on one event loop and print what is
 * acknowledged to them.
 *
 * <p>Arguments: directory, then for each device {@code qos:sequence:phase}, where it goes on. Each QoS 2 device uses one
 * packet id again and again: a release that were lost would swallow its next message.
 */
final class CrashChild {
    private static final PrintStream OUT = new PrintStream(
            new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16), false, StandardCharsets.UTF_8);

    private CrashChild() {}

    public static void main(String[] args) {
        ChronicleMessageLog log = ChronicleMessageLog.open(
                CrashIT.config(Path.of(args[0])), new SimpleMeterRegistry(), cause -> Runtime.getRuntime()
                        .halt(3));
        Vertx.vertx().getOrCreateContext().runOnContext(go -> {
            for (int i = 1; i < args.length; i++) {
                String[] state = args[i].split(":", -1);
                new Device(log, i - 1, Integer.parseInt(state[0]), Integer.parseInt(state[1])).begin(state[2]);
            }
        });
    }

    private static void useUpMemory() {
        List<byte[]> held = new ArrayList<>();
        while (held.size() < Integer.MAX_VALUE) {
            held.add(new byte[100_000]);
        }
    }

    /** One device with one message in flight. Owned by the event loop. */
    private static final class Device {
        private final ChronicleMessageLog log;
        private final int number;
        private final int qos;
        private int sequence;

        Device(ChronicleMessageLog log, int number, int qos, int sequence) {
            this.log = log;
            this.number = number;
            this.qos = qos;
            this.sequence = sequence;
        }

        private String client() {
            return "device-" + number;
        }

        void begin(String phase) {
            log.openSession(client(), false, 1000).onComplete(opened -> {
                if (phase.equals("release")) {
                    release();
                } else {
                    publish();
                }
            });
        }

        private void publish() {
            byte[] payload = (sequence + "x".repeat(number * 50)).getBytes(StandardCharsets.UTF_8);
            log.append(new Message(0, client(), "t", qos, false, false, 5, 1, new byte[0], payload))
                    .onSuccess(appended -> {
                        tell("published");
                        if (qos == 2) {
                            release();
                        } else {
                            sequence++;
                            publish();
                        }
                    });
        }

        private void release() {
            log.release(client(), 1).onSuccess(released -> {
                tell("released");
                sequence++;
                publish();
            });
        }

        private void tell(String what) {
            if (Boolean.getBoolean("hog") && sequence == 50) {
                new Thread(CrashChild::useUpMemory).start();
            }
            OUT.println(what + " " + number + " " + sequence);
            OUT.flush();
        }
    }
}
