package io.forebay.gateway.conformance;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Sends mutated packets to a gateway. Each connection says a valid CONNECT first, most of the time, and then packets of
 * which some bytes are changed, left out or put in. The answers do not matter: {@link DifferentialIT} looks at those.
 * {@link FuzzIT} runs it briefly, and for long it runs against a gateway that stands alone: {@code Fuzz PORT PACKETS [SEED
 * [PID]]}; with the gateway's process id its descriptors and its memory are told, so that a person sees whether they are
 * flat. Owned by the thread that made it.
 */
public final class Fuzz {
    private static final int PACKETS_PER_CONNECTION = 20;
    private static final int CHECK_EVERY = 10_000;
    private static final int PATIENCE_MS = 30_000;

    private static final List<byte[]> PACKETS = Stream.of(
                    "101000044d5154540502003c000003667a7a",
                    "100f00044d5154540402003c0003667a7a",
                    "102a00044d5154540506003c05110000003c0003667a7a0518000000010001740004676f6e65",
                    "3006000174006869",
                    "320800017400070068690a",
                    "340800017400080068690a",
                    "3311000174000908010102000000050300016368",
                    "62020008",
                    "40020001",
                    "50020001",
                    "70020001",
                    "820b000a000005612f2b2f6101",
                    "8216000b020b05000e2473686172652f672f612f232301",
                    "a208000c000003612f62",
                    "c000",
                    "e000",
                    "e00100",
                    "f00118")
            .map(HexFormat.of()::parseHex)
            .toList();

    /** The first of them. */
    private static final int CONNECTS = 3;

    private final int port;
    private final Random random;

    Fuzz(int port, long seed) {
        this.port = port;
        this.random = new Random(seed);
    }

    public static void main(String[] args) throws Exception {
        int packets = Integer.parseInt(args[1]);
        long seed = args.length > 2 ? Long.parseLong(args[2]) : System.nanoTime();
        long pid = args.length > 3 ? Long.parseLong(args[3]) : 0;
        System.out.println("seed " + seed);
        Fuzz fuzz = new Fuzz(Integer.parseInt(args[0]), seed);
        for (int sent = 0; sent < packets; sent += CHECK_EVERY) {
            System.out.println(sent + " packets" + vitals(pid));
            fuzz.send(Math.min(CHECK_EVERY, packets - sent));
        }
        System.out.println(packets + " packets" + vitals(pid));
    }

    /** So many packets, and an honest device is served after them. */
    void send(int packets) throws IOException {
        for (int sent = 0; sent < packets; sent += PACKETS_PER_CONNECTION) {
            attack();
        }
        serves();
    }

    private void attack() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            if (random.nextInt(10) > 0) {
                socket.getOutputStream().write(PACKETS.get(random.nextInt(CONNECTS)));
            }
            for (int i = 0; i < PACKETS_PER_CONNECTION; i++) {
                byte[] packet = PACKETS.get(random.nextInt(PACKETS.size()));
                socket.getOutputStream().write(random.nextInt(4) == 0 ? packet : mutated(packet));
            }
            socket.getInputStream().skip(socket.getInputStream().available());
        } catch (IOException refused) {
            // The gateway has closed: what it is there for.
        }
    }

    private byte[] mutated(byte[] packet) {
        byte[] bytes = packet.clone();
        for (int times = random.nextInt(3); times >= 0; times--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(4)) {
                case 0 -> bytes[at] = (byte) random.nextInt(256);
                case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> bytes = spliced(bytes, at, at + 1, random.nextInt(4));
                default -> bytes = spliced(bytes, at, Math.min(bytes.length, at + 4), 0);
            }
            if (bytes.length == 0) {
                return new byte[] {(byte) random.nextInt(256)};
            }
        }
        return bytes;
    }

    private byte[] spliced(byte[] bytes, int from, int to, int inserted) {
        byte[] result = new byte[bytes.length - (to - from) + inserted];
        System.arraycopy(bytes, 0, result, 0, from);
        for (int i = 0; i < inserted; i++) {
            result[from + i] = (byte) random.nextInt(256);
        }
        System.arraycopy(bytes, to, result, from + inserted, bytes.length - to);
        return result;
    }

    /** An honest device is answered: CONNACK, then PINGRESP. */
    private void serves() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(PATIENCE_MS);
            socket.getOutputStream().write(HexFormat.of().parseHex("101300044d5154540402003c0007686f6e65737431c000"));
            byte[] answer = socket.getInputStream().readNBytes(6);
            if (answer.length < 6 || answer[0] != 0x20 || answer[3] != 0 || answer[4] != (byte) 0xD0) {
                throw new IOException("an honest device is not served");
            }
        }
    }

    private static String vitals(long pid) throws IOException {
        if (pid == 0) {
            return "";
        }
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + pid + "/fd"));
                Stream<String> status = Files.lines(Path.of("/proc/" + pid + "/status"))) {
            String memory = status.filter(line -> line.startsWith("VmRSS"))
                    .findFirst()
                    .map(line -> line.replaceAll("\\s+", " "))
                    .orElse("");
            return ", descriptors " + descriptors.count() + ", " + memory;
        }
    }
}
