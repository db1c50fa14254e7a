package io.forebay.gateway.security;

/** Whether what a device has once proven still counts, though the files that it was checked by have changed. Any thread. */
@FunctionalInterface
public interface Standing {
    /** Nothing is kept that could change. */
    Standing LASTING = () -> true;

    boolean holds();
}
