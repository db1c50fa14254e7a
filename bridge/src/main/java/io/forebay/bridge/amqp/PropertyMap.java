package io.forebay.bridge.amqp;

/** Owned by the bridge's thread: a section that is a map, in the making; counts its entries. */
final class PropertyMap {
    private final SectionWriter writer;
    private int mark;
    private int halves;

    PropertyMap(SectionWriter writer) {
        this.writer = writer;
    }

    void begin(byte section) {
        mark = writer.beginMap(section);
        halves = 0;
    }

    /** A section without entries is left out. */
    void end() {
        if (halves == 0) {
            writer.cut(mark);
        } else {
            writer.end(mark, halves);
        }
    }

    /** @param key encoded */
    SectionWriter key(byte[] key) {
        writer.raw(key);
        halves += 2;
        return writer;
    }

    SectionWriter key(String key) {
        writer.string(key);
        halves += 2;
        return writer;
    }

    SectionWriter symbolKey(String key) {
        writer.symbol(key);
        halves += 2;
        return writer;
    }
}
