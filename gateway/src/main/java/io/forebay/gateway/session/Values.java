package io.forebay.gateway.session;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The values under one topic filter, equal ones once. Most filters have one value, so nothing is put around it; null stands
 * for none. Changed by one thread, which stores what it gets back; any thread may read it meanwhile. No state.
 */
final class Values {
    /** Up to here values are looked for one after the other, and copied to add one. */
    private static final int ARRAY_MAX = 8;

    private Values() {}

    private record Few(Object[] values) {
        int indexOf(Object value) {
            for (int i = 0; i < values.length; i++) {
                if (values[i].equals(value)) {
                    return i;
                }
            }
            return -1;
        }

        Object[] copy(int length) {
            Object[] copy = new Object[length];
            System.arraycopy(values, 0, copy, 0, Math.min(length, values.length));
            return copy;
        }
    }

    /** Each value under one that it equals, which may be an earlier one. */
    private record Many(Map<Object, Object> values) {}

    static boolean contains(Object all, Object value) {
        if (all instanceof Few few) {
            return few.indexOf(value) >= 0;
        }
        return all instanceof Many many ? many.values.containsKey(value) : value.equals(all);
    }

    /** @return all of them with this one, in place of one that equals it */
    static Object with(Object all, Object value) {
        if (all == null || value.equals(all)) {
            return value;
        }
        if (all instanceof Many many) {
            many.values.put(value, value);
            return all;
        }
        return all instanceof Few few ? with(few, value) : new Few(new Object[] {all, value});
    }

    private static Object with(Few few, Object value) {
        int at = few.indexOf(value);
        if (at < 0 && few.values.length == ARRAY_MAX) {
            Map<Object, Object> map = new ConcurrentHashMap<>();
            for (Object one : few.values) {
                map.put(one, one);
            }
            map.put(value, value);
            return new Many(map);
        }
        Object[] changed = few.copy(at < 0 ? few.values.length + 1 : few.values.length);
        changed[at < 0 ? few.values.length : at] = value;
        return new Few(changed);
    }

    /** @return all of them without the one that equals this one, which is there; null if none is left */
    static Object without(Object all, Object value) {
        if (all instanceof Few few) {
            if (few.values.length == 2) {
                return few.values[1 - few.indexOf(value)];
            }
            Object[] fewer = few.copy(few.values.length - 1);
            int at = few.indexOf(value);
            System.arraycopy(few.values, at + 1, fewer, at, fewer.length - at);
            return new Few(fewer);
        }
        if (all instanceof Many many) {
            many.values.remove(value);
            return many.values.size() > ARRAY_MAX / 2
                    ? all
                    : new Few(many.values.values().toArray());
        }
        return null;
    }

    static void forEach(Object all, Consumer<Object> out) {
        if (all instanceof Few few) {
            for (Object value : few.values) {
                out.accept(value);
            }
        } else if (all instanceof Many many) {
            many.values.values().forEach(out);
        } else if (all != null) {
            out.accept(all);
        }
    }
}
