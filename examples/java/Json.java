import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * JSON (RFC 8259) as Java values: {@code Map}, {@code List}, {@code String}, {@code BigDecimal}, {@code Boolean}, null.
 *
 * <p>Strict: what is not JSON, a name that stands twice, and more than 64 levels are refused.
 */
final class Json {
    private static final int DEEPEST = 64;
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");
    private static final String ESCAPES = "\"\\/bfnrt";
    private static final String ESCAPED = "\"\\/\b\f\n\r\t";

    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    /**
     * Reads one value and nothing after it.
     *
     * @throws IllegalArgumentException the text is not JSON; none of it is quoted
     */
    static Object parse(String text) {
        Json reader = new Json(text);
        Object value = reader.value(1);
        reader.skip();
        reader.need(reader.at == text.length());
        return value;
    }

    private Object value(int depth) {
        need(depth <= DEEPEST);
        skip();
        return switch (peek()) {
            case '{' -> members(depth);
            case '[' -> elements(depth);
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", null);
            default -> number();
        };
    }

    private Map<String, Object> members(int depth) {
        Map<String, Object> found = new LinkedHashMap<>();
        at++;
        if (next('}')) {
            return found;
        }
        do {
            skip();
            String name = string();
            need(!found.containsKey(name) && next(':'));
            found.put(name, value(depth + 1));
        } while (next(','));
        need(next('}'));
        return found;
    }

    private List<Object> elements(int depth) {
        List<Object> found = new ArrayList<>();
        at++;
        if (next(']')) {
            return found;
        }
        do {
            found.add(value(depth + 1));
        } while (next(','));
        need(next(']'));
        return found;
    }

    private String string() {
        need(peek() == '"');
        at++;
        StringBuilder found = new StringBuilder();
        while (peek() != '"') {
            char letter = peek();
            need(letter >= ' ');
            at++;
            found.append(letter == '\\' ? escaped() : letter);
        }
        at++;
        return found.toString();
    }

    private char escaped() {
        char kind = peek();
        at++;
        if (kind == 'u') {
            need(text.length() - at >= 4);
            at += 4;
            return (char) HexFormat.fromHexDigits(text, at - 4, at);
        }
        int place = ESCAPES.indexOf(kind);
        need(place >= 0);
        return ESCAPED.charAt(place);
    }

    private Object word(String expected, Object meaning) {
        need(text.startsWith(expected, at));
        at += expected.length();
        return meaning;
    }

    private BigDecimal number() {
        Matcher digits = NUMBER.matcher(text).region(at, text.length());
        need(digits.lookingAt());
        at = digits.end();
        return new BigDecimal(digits.group());
    }

    /** The letter that comes next, or 0, which JSON has nowhere, at the end. */
    private char peek() {
        return at < text.length() ? text.charAt(at) : 0;
    }

    private boolean next(char wanted) {
        skip();
        boolean there = peek() == wanted;
        at += there ? 1 : 0;
        return there;
    }

    private void skip() {
        while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private void need(boolean holds) {
        if (!holds) {
            throw new IllegalArgumentException("not JSON, at letter " + at);
        }
    }
}
