package dev.baton.launcher.jvm;

import dev.baton.launcher.Baton;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line of a process that runs {@code baton} with the Java of this process. */
public final class JavaCommand {
    private final List<String> options;
    private final String classPath;

    private JavaCommand(List<String> options, String classPath) {
        this.options = List.copyOf(options);
        this.classPath = classPath;
    }

    /** The program {@code java} of this process. */
    public static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** A process of this kind on the class path of this process. */
    public static JavaCommand of(JvmOptions kind) {
        return new JavaCommand(kind.read(), System.getProperty("java.class.path"));
    }

    /** The same with further options for the JVM. */
    public JavaCommand with(List<String> further) {
        var all = new ArrayList<>(options);
        all.addAll(further);
        return new JavaCommand(all, classPath);
    }

    public JavaCommand with(String... further) {
        return with(List.of(further));
    }

    /** The same on another class path. */
    public JavaCommand on(String otherClassPath) {
        return new JavaCommand(options, otherClassPath);
    }

    /** @param arguments after {@code baton} */
    public List<String> baton(List<String> arguments) {
        var command = new ArrayList<String>();
        command.add(java());
        command.addAll(options);
        command.addAll(List.of("-cp", classPath, Baton.class.getName()));
        command.addAll(arguments);
        return command;
    }
}
