package dev.baton.datapath.linux.netlink;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/** Functions of the C library, for sockets and namespaces that Java has no class for. */
final class CLibrary {
    static final MethodHandle SOCKET = ofInts("socket", 3);
    static final MethodHandle BIND =
            function("bind", ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
    static final MethodHandle SETSOCKOPT = function(
            "setsockopt",
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_INT);
    static final int SOL_SOCKET = 1;

    private static final MethodHandle CLOSE = ofInts("close", 1);

    private CLibrary() {}

    static MethodHandle function(String name, MemoryLayout result, MemoryLayout... arguments) {
        return Linker.nativeLinker()
                .downcallHandle(
                        Linker.nativeLinker().defaultLookup().find(name).orElseThrow(),
                        FunctionDescriptor.of(result, arguments));
    }

    /** A function that takes and returns ints. */
    static MethodHandle ofInts(String name, int arguments) {
        var layouts = new MemoryLayout[arguments];
        Arrays.fill(layouts, ValueLayout.JAVA_INT);
        return function(name, ValueLayout.JAVA_INT, layouts);
    }

    static void close(int descriptor) {
        try {
            int ignored = (int) CLOSE.invokeExact(descriptor);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    /** Method handles declare every Throwable; a call can only fail by a mistake in this package. */
    static IllegalStateException unchecked(Throwable e) {
        return e instanceof IllegalStateException known ? known : new IllegalStateException("calling the C library", e);
    }
}
