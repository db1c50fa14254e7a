package io.forebay.simulator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.forebay.simulator");

    @Test
    void theJudgeSharesNoCodeWithTheJudged() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.forebay.storage..", "io.forebay.bridge..", "io.forebay.gateway..")
                .check(CLASSES);
    }

    @Test
    void theLedgerKnowsNeitherMqttNorAmqp() {
        noClasses()
                .that()
                .resideInAPackage("io.forebay.simulator.ledger..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.netty..", "io.vertx..", "org.apache.qpid..")
                .check(CLASSES);
    }

    @Test
    void scenariosAreDataThatKnowNobody() {
        noClasses()
                .that()
                .resideInAPackage("io.forebay.simulator.scenario..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.netty..",
                        "io.vertx..",
                        "org.apache.qpid..",
                        "io.forebay.simulator",
                        "io.forebay.simulator.ledger..")
                .check(CLASSES);
    }

    @Test
    void reportsAreMadeOfNumbersOnly() {
        noClasses()
                .that()
                .resideInAPackage("io.forebay.simulator.report..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.netty..", "org.apache.qpid..", "io.forebay.simulator")
                .check(CLASSES);
    }
}
