package io.forebay.storage.chronicle;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The walls within this module. */
class ArchitectureTest {
    private final JavaClasses storage = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.forebay.storage");

    @Test
    void onlyTheInnerPackageKnowsChronicle() {
        noClasses()
                .that()
                .resideInAPackage("io.forebay.storage")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("net.openhft..", "io.forebay.storage.chronicle..")
                .check(storage);
    }

    @Test
    void theInnerPackageShowsTheLogAsItRunsAndAsItLiesThereAndOneSeam() {
        classes()
                .that()
                .resideInAPackage("io.forebay.storage.chronicle")
                .and()
                .haveModifier(JavaModifier.PUBLIC)
                .should()
                .haveSimpleName("ChronicleMessageLog")
                .orShould()
                .haveSimpleName("Disk")
                .orShould()
                .haveSimpleName("LogArchive")
                .orShould()
                .haveSimpleName("LogRepair")
                .orShould()
                .haveSimpleName("LogExport")
                .check(storage);
    }

    @Test
    void neitherMqttNorAmqpIsKnownHere() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.netty.handler.codec.mqtt..", "io.vertx.mqtt..", "io.vertx.proton..", "org.apache.qpid..")
                .check(storage);
    }
}
