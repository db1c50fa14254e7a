package io.forebay.bridge;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.forebay.bridge");

    @Test
    void onlyTheAmqpPackageKnowsAmqp() {
        noClasses()
                .that()
                .resideInAPackage("io.forebay.bridge")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.vertx.amqp..", "io.vertx.proton..", "org.apache.qpid..")
                .check(CLASSES);
    }

    @Test
    void onlyTheLinksOfTheDownlinkKnowAmqp() {
        noClasses()
                .that()
                .resideInAPackage("io.forebay.bridge.downlink")
                .and()
                .haveNameNotMatching(".*\\.(Inlet|Intake|Receipt)[A-Za-z$]*")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.vertx.amqp..", "io.vertx.proton..", "org.apache.qpid..")
                .check(CLASSES);
    }

    @Test
    void theConveyorKnowsNoSockets() {
        noClasses()
                .that()
                .doNotHaveSimpleName("Bridge")
                .and()
                .doNotHaveSimpleName("BridgeLoop")
                .and()
                .resideInAPackage("io.forebay.bridge")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("io.vertx.core.Vertx")
                .check(CLASSES);
    }

    @Test
    void onlyTheLogsDoorIsUsed() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.forebay.storage.chronicle..", "net.openhft..", "org.rocksdb..")
                .check(CLASSES);
    }

    @Test
    void onlyTheQuarantineAndTheNumbersKnowTheStateStore() {
        noClasses()
                .that()
                .haveSimpleNameNotStartingWith("State")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.forebay.storage.state..")
                .check(CLASSES);
    }
}
