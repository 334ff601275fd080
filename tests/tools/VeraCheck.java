import java.io.FileInputStream;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Checks PDF files with veraPDF: {@code VeraCheck FLAVOUR,FLAVOUR FILE...} prints a line for each flavour of each file. */
public class VeraCheck {
    public static void main(String[] arguments) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        for (String name : arguments[0].split(",")) {
            PDFAFlavour flavour = PDFAFlavour.byFlavourId(name);
            for (int at = 1; at < arguments.length; at++) {
                try (PDFAParser parser = Foundries.defaultInstance().createParser(new FileInputStream(arguments[at]), flavour)) {
                    ValidationResult result = Foundries.defaultInstance().createValidator(flavour, false).validate(parser);
                    System.out.println((result.isCompliant() ? "PASS " : "FAIL ") + name + " " + arguments[at]);
                    result.getTestAssertions().stream()
                        .filter(each -> each.getStatus() == TestAssertion.Status.FAILED)
                        .map(each -> "  " + each.getRuleId().getClause() + ": " + each.getMessage())
                        .distinct().limit(8).forEach(System.out::println);
                }
            }
        }
    }
}
