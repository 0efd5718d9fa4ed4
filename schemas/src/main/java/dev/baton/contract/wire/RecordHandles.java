package dev.baton.contract.wire;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;

/** A record's accessors and its constructor, looked up once. */
final class RecordHandles {
    private final MethodHandle constructor;
    private final MethodHandle[] accessors;

    RecordHandles(Class<?> type) {
        var components = type.getRecordComponents();
        var types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        var lookup = MethodHandles.publicLookup();
        try {
            constructor = lookup.findConstructor(type, MethodType.methodType(void.class, types))
                    .asSpreader(Object[].class, types.length)
                    .asType(MethodType.methodType(Object.class, Object[].class));
            accessors = new MethodHandle[components.length];
            for (int i = 0; i < components.length; i++) {
                accessors[i] = lookup.unreflect(components[i].getAccessor())
                        .asType(MethodType.methodType(Object.class, Object.class));
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type + " must be a public record", e);
        }
    }

    Object component(Object owner, int index) {
        try {
            return (Object) accessors[index].invokeExact(owner);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** @throws IllegalArgumentException if the record refuses the values */
    Object create(Object[] values) {
        try {
            return (Object) constructor.invokeExact(values);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** Handles declare Throwable; records of the contract throw nothing checked. */
    private static RuntimeException rethrown(Throwable e) {
        return switch (e) {
            case RuntimeException unchecked -> unchecked;
            case Error error -> throw error;
            default -> new IllegalStateException("a record of the contract threw a checked exception", e);
        };
    }
}
