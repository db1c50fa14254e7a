package io.forebay.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("-tests.jar")) // The tests of another module.
            .importPackages("io.forebay");

    @Test
    void onlyTheMqttPackageKnowsTheCodecAndTlsTheEngines() {
        noClasses()
                .that()
                .resideInAPackage("io.forebay.gateway..")
                .and()
                .resideOutsideOfPackages("io.forebay.gateway.mqtt..", "io.forebay.gateway.tls..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.netty..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("io.forebay.gateway.tls..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.forebay.gateway.mqtt..", "io.netty.handler.codec..", "io.netty.channel..")
                .check(CLASSES);
    }

    @Test
    void theMqttSideNeverSeesTheAmqpSide() {
        noClasses()
                .that()
                .resideInAPackage("io.forebay.gateway.mqtt..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.forebay.bridge..", "io.forebay.storage.chronicle..", "io.vertx.amqp..", "io.vertx.proton..")
                .check(CLASSES);
    }

    @Test
    void onlyDemoAndBenchAndTheCommandLineKnowTheSimulator() {
        noClasses()
                .that()
                .resideInAPackage("io.forebay..")
                .and()
                .resideOutsideOfPackages("io.forebay.simulator..", "io.forebay.gateway.bench..")
                .and()
                .doNotHaveFullyQualifiedName("io.forebay.gateway.DemoCommand")
                .and()
                .doNotHaveFullyQualifiedName("io.forebay.gateway.Main")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.forebay.simulator..")
                .check(CLASSES);
    }

    @Test
    void theSimulatorKnowsNoneOfUs() {
        noClasses()
                .that()
                .resideInAPackage("io.forebay.simulator..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.forebay.gateway..", "io.forebay.bridge..", "io.forebay.storage..")
                .check(CLASSES);
    }

    @Test
    void onlyTheBrokerPackageKnowsArtemis() {
        noClasses()
                .that()
                .resideInAPackage("io.forebay..")
                .and()
                .resideOutsideOfPackage("io.forebay.gateway.broker..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.activemq..")
                .check(CLASSES);
    }
}
