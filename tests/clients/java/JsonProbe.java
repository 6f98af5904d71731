import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Reads one text in Base64 a line, and writes what the example's JSON reader made of it: JSON in ASCII, or "refused". */
final class JsonProbe {
    public static void main(String[] arguments) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            System.out.println(answer(new String(Base64.getDecoder().decode(line), StandardCharsets.UTF_8)));
        }
    }

    private static String answer(String text) {
        try {
            return written(Json.parse(text));
        } catch (IllegalArgumentException error) {
            return "refused";
        }
    }

    private static String written(Object value) {
        if (value instanceof Map<?, ?> object) {
            return object.entrySet().stream().map(one -> written(one.getKey()) + ":" + written(one.getValue()))
                .collect(Collectors.joining(",", "{", "}"));
        }
        if (value instanceof List<?> list) {
            return list.stream().map(JsonProbe::written).collect(Collectors.joining(",", "[", "]"));
        }
        if (value instanceof String text) {
            return text.chars().mapToObj("\\u%04x"::formatted).collect(Collectors.joining("", "\"", "\""));
        }
        return String.valueOf(value);
    }
}
