package io.forebay.storage.state;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The walls around the state store. */
class ArchitectureTest {
    private static final List<String> DOOR = List.of(
            "StateStore",
            "Batch",
            "Visitor",
            "StateConfig",
            "StateException",
            "RocksStateStore",
            "EncryptedStateStore");

    private final JavaClasses storage = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.forebay.storage");

    @Test
    void onlyThisPackageKnowsRocksDb() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.forebay.storage.state")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.rocksdb..")
                .check(storage);
    }

    @Test
    void stateAndLogKnowNothingOfEachOther() {
        noClasses()
                .that()
                .resideInAPackage("io.forebay.storage.state")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.forebay.storage", "io.forebay.storage.chronicle..")
                .check(storage);
    }

    @Test
    void theDoorIsTheStoreAndWhatItsMethodsName() {
        classes()
                .that()
                .resideInAPackage("io.forebay.storage.state")
                .and()
                .haveModifier(JavaModifier.PUBLIC)
                .should()
                .haveNameMatching(".*[.$](" + String.join("|", DOOR) + ")")
                .check(storage);
    }
}
