package io.forebay.simulator.payload;

import io.forebay.simulator.ledger.Stamp;
import io.forebay.simulator.scenario.Template;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Random;

/**
 * A text with counters, sensors and timestamps. A text that ends like a JSON object gets the stamp as its last member, any
 * other behind a blank. Owned by its device: random walks go on from message to message.
 */
final class TemplatePayload implements PayloadMaker {
    private static final byte[] NOTHING = new byte[0];

    private final Template template;
    private final int device;
    private final long skewUs;
    private final double[] walks;
    private final double phase;
    private final Random random;

    TemplatePayload(String text, int device, long seed, long skewUs) {
        template = Template.of(text);
        this.device = device;
        this.skewUs = skewUs;
        random = new Random(seed);
        phase = random.nextDouble();
        walks = new double[template.parts().size()];
        for (int i = 0; i < walks.length; i++) {
            Template.Part part = template.parts().get(i);
            walks[i] = part.field() == Template.Field.WALK ? part.numbers().get(0) : 0;
        }
    }

    @Override
    public byte[] make(Stamp stamp) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < walks.length; i++) {
            append(text, i, stamp);
        }
        int brace = text.length() - 1;
        while (brace >= 0 && Character.isWhitespace(text.charAt(brace))) {
            brace--;
        }
        if (brace < 0 || text.charAt(brace) != '}') {
            return stamp.toText(bytes(text + " "), NOTHING);
        }
        boolean empty = text.substring(0, brace).trim().equals("{");
        String before = text.substring(0, brace) + (empty ? "" : ",") + "\"stamp\":\"";
        return stamp.toText(bytes(before), bytes("\"" + text.substring(brace)));
    }

    private void append(StringBuilder text, int index, Stamp stamp) {
        Template.Part part = template.parts().get(index);
        long clockUs = stamp.sentAtUs() + skewUs;
        switch (part.field()) {
            case LITERAL -> text.append(part.text());
            case COUNTER -> text.append(stamp.sequence());
            case DEVICE -> text.append(device);
            case TOPIC -> text.append(stamp.topic());
            case TIMESTAMP -> text.append(Instant.EPOCH.plus(clockUs, ChronoUnit.MICROS));
            case MILLIS -> text.append(clockUs / 1000);
            case SINE -> text.append(number(sine(part, clockUs / 1e6)));
            case WALK -> text.append(number(walk(part, index)));
            case RANDOM ->
                text.append(number(argument(part, 0) + random.nextDouble() * (argument(part, 1) - argument(part, 0))));
        }
    }

    private double sine(Template.Part part, double seconds) {
        return argument(part, 0) + argument(part, 1) * Math.sin(2 * Math.PI * (seconds / argument(part, 2) + phase));
    }

    private double walk(Template.Part part, int index) {
        double moved = walks[index] + argument(part, 1) * (2 * random.nextDouble() - 1);
        walks[index] = Math.max(argument(part, 2), Math.min(argument(part, 3), moved));
        return walks[index];
    }

    private static double argument(Template.Part part, int number) {
        return part.numbers().get(number);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public boolean repeatable() {
        return false;
    }
}
