package io.forebay.gateway;

import io.forebay.gateway.bench.BenchCommand;
import io.forebay.gateway.config.ConfigException;
import io.forebay.gateway.control.ControlException;
import io.forebay.gateway.tools.LogCommand;
import io.forebay.gateway.tools.QuarantineCommand;
import io.forebay.gateway.tools.ReplayCommand;
import io.forebay.gateway.tools.WhereCommand;
import io.forebay.simulator.ConsumeCommand;
import io.forebay.simulator.PublishCommand;
import io.forebay.simulator.SimulateCommand;
import io.forebay.storage.LogException;
import io.forebay.storage.state.StateException;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * The command line: {@code forebay run | demo | simulate | consume | publish | bench | passwd | log | quarantine | where |
 * replay}.
 */
@Command(
        name = "forebay",
        description = "MQTT to AMQP 1.0 gateway: what it acknowledges to a device is on disk first.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        subcommands = {
            RunCommand.class,
            DemoCommand.class,
            SimulateCommand.class,
            ConsumeCommand.class,
            PublishCommand.class,
            BenchCommand.class,
            BrokerCommand.class,
            PasswdCommand.class,
            LogCommand.class,
            QuarantineCommand.class,
            WhereCommand.class,
            ReplayCommand.class,
            AutoComplete.GenerateCompletion.class
        })
public final class Main {
    /** A command could not do its work: the sentence says why. */
    static final int EXIT_FAILED = 1;
    /** It was asked wrongly, or a port or a file stood in the way. */
    static final int EXIT_UNUSABLE = 2;

    private static final String NETTY_NO_UNSAFE = "io.netty.noUnsafe";

    private Main() {}

    public static void main(String[] arguments) {
        // From Java 25 on Netty does without Unsafe by itself, and then cannot free the buffers that Artemis gives it:
        // the
        // embedded broker would not start on a journal that is there already. Before any class of Netty's is loaded.
        if (System.getProperty(NETTY_NO_UNSAFE) == null) {
            System.setProperty(NETTY_NO_UNSAFE, "false");
        }
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((fault, command, parsed) -> {
                    command.getErr().println(command.getColorScheme().errorText(sentence(fault)));
                    return EXIT_UNUSABLE;
                });
    }

    private static String sentence(Exception fault) {
        boolean expected = fault instanceof StartException
                || fault instanceof ConfigException
                || fault instanceof ControlException
                || fault instanceof LogException
                || fault instanceof StateException;
        return expected ? fault.getMessage() : "Something went wrong that should not: " + fault;
    }

    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"forebay " + (version == null ? "(unpackaged)" : version)};
        }
    }
}
