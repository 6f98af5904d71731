import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManagerFactory;

/**
 * Asks a dancu gateway one question about one citizen, and says in one line how it ended.
 *
 * <pre>java -cp build Ask lookup|confirm|verify URL CA-FILE KEY-FILE [SECONDS] &lt; question.json</pre>
 *
 * <p>Exit codes: 0 found, confirmed or verified with an overall match; 1 no record fits, or the claim does not match;
 * 2 the question or the set-up is off; 3 rejected; 4 no usable answer, which says nothing about the person; 5 several
 * records fit. Whatever goes wrong by itself ends with 4: it must never read as "no such citizen".
 */
public final class Ask {
    private static final Set<String> OPERATIONS = Set.of("lookup", "confirm", "verify");

    /** How a question ended: the exit code and the line that says why. */
    private record End(int code, String line) { }

    public static void main(String[] arguments) {
        End end = run(arguments);
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8).println(end.line());
        System.exit(end.code());
    }

    private static End run(String[] arguments) {
        if (arguments.length < 4 || arguments.length > 5 || !OPERATIONS.contains(arguments[0])) {
            return new End(2, "usage: java Ask lookup|confirm|verify URL CA-FILE KEY-FILE [SECONDS] < question.json");
        }
        HttpClient client;
        HttpRequest request;
        int seconds;
        try {
            seconds = arguments.length == 5 ? Integer.parseInt(arguments[4]) : 30;
            client = clientTrusting(Path.of(arguments[2]));
            request = request(arguments[1], arguments[0], Path.of(arguments[3]));
        } catch (IOException | GeneralSecurityException | RuntimeException error) {
            return new End(2, "usage: a file, the URL or the key cannot be used (" + error.getClass().getSimpleName() + ")");
        }
        try {
            return read(client.sendAsync(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8))
                .get(seconds, TimeUnit.SECONDS));
        } catch (ExecutionException error) {
            return error.getCause() instanceof SSLHandshakeException
                ? unavailable("server_untrusted: the server is not the one that the CA file vouches for", false)
                : unavailable("connect_failed: the gateway did not answer", true);
        } catch (TimeoutException | InterruptedException error) {
            return unavailable("timed_out: no whole answer within " + seconds + " s", true);
        } catch (RuntimeException error) {
            return unavailable("unreadable_answer: the answer is not the gateway's", false);
        }
    }

    /** A client that trusts this CA and no other, and checks the host name, as {@code HttpClient} always does. */
    private static HttpClient clientTrusting(Path authority) throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        try (InputStream pem = Files.newInputStream(authority)) {
            trusted.setCertificateEntry("gateway", CertificateFactory.getInstance("X.509").generateCertificate(pem));
        }
        TrustManagerFactory managers = TrustManagerFactory.getInstance("PKIX");
        managers.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(3))
            .followRedirects(HttpClient.Redirect.NEVER).sslContext(context).build();
    }

    /** Personal data comes by standard input: arguments can be read by everybody on the machine. */
    private static HttpRequest request(String url, String operation, Path key) throws IOException {
        if (!url.startsWith("https://")) {
            throw new IllegalArgumentException("https:// is needed");
        }
        return HttpRequest.newBuilder(URI.create(url.replaceFirst("/*$", "/v1/" + operation)))
            .header("Authorization", "Bearer " + Files.readString(key).strip())
            .header("Content-Type", "application/json")
            .header("Accept-Language", "vi")
            .POST(HttpRequest.BodyPublishers.ofByteArray(System.in.readAllBytes()))
            .build();
    }

    /** Only an outcome speaks about the person; a problem, and what is neither, does not. */
    private static End read(HttpResponse<String> response) {
        String type = response.headers().firstValue("Content-Type").orElse("");
        if (response.statusCode() == 200 && type.startsWith("application/json")) {
            return outcome(members(Json.parse(response.body())));
        }
        if (type.startsWith("application/problem+json")) {
            String wait = response.headers().firstValue("Retry-After").orElse("");
            return problem(response.statusCode(), members(Json.parse(response.body())), wait);
        }
        return unavailable("unreadable_answer: the answer (HTTP " + response.statusCode() + ") is not the gateway's", false);
    }

    private static End outcome(Map<?, ?> answer) {
        String reference = " (reference " + answer.get("reference") + ")";
        return switch ((String) answer.get("outcome")) {
            case "found" -> new End(0, "found: " + named(members(answer.get("citizen")), null) + reference);
            case "confirmed" -> new End(0, "confirmed: " + text(answer.get("keys"), null) + reference);
            case "verified" -> new End("match".equals(answer.get("overall")) ? 0 : 1,
                "verified: " + answer.get("overall") + "; " + named(members(answer.get("fields")), "verdict") + reference);
            case "not_matched" -> new End(1,
                "not_matched: no record fits these three keys; hints: " + text(answer.get("hints"), "vi") + reference);
            case "ambiguous" -> new End(5, "ambiguous: " + answer.get("count") + " records fit; ask for more" + reference);
            default -> unavailable("unknown_answer: an outcome that this program does not know", false);
        };
    }

    private static End problem(int status, Map<?, ?> told, String wait) {
        String code = (String) told.get("code");
        StringBuilder line = new StringBuilder(code + ": " + told.get("title"));
        if (told.get("errors") instanceof List<?> errors) {
            errors.forEach(one -> line.append("; ").append(members(one).get("pointer")).append(": ")
                .append(members(one).get("message")));
        }
        line.append(told.get("reference") == null ? "" : " (reference " + told.get("reference") + ")");
        if (status >= 500) {
            return wait.isEmpty() ? unavailable(line.toString(), Boolean.TRUE.equals(told.get("retryable")))
                : new End(4, "unavailable: " + line + "; says nothing about the person; again after " + wait + " s");
        }
        boolean refused = status == 401 || status == 403 || status == 429;
        return new End(refused ? 3 : 2,
            (refused ? "rejected: " : "refused input: ") + line + (wait.isEmpty() ? "" : "; again after " + wait + " s"));
    }

    private static End unavailable(String why, boolean again) {
        return new End(4, "unavailable: " + why + "; says nothing about the person; "
            + (again ? "may be asked again" : "not to be asked again as it is"));
    }

    private static Map<?, ?> members(Object value) {
        return (Map<?, ?>) Objects.requireNonNull(value);
    }

    private static String named(Map<?, ?> values, String member) {
        return values.entrySet().stream().map(one -> one.getKey() + "=" + text(one.getValue(), member))
            .collect(Collectors.joining("; "));
    }

    /** A value in words: of an object the named member, else its label, else all that it holds. */
    private static String text(Object value, String member) {
        if (value instanceof Map<?, ?> object) {
            Object chosen = object.get(member == null ? "label" : member);
            return chosen == null ? text(List.copyOf(object.values().stream().filter(Objects::nonNull).toList()), null)
                : chosen.toString();
        }
        if (value instanceof List<?> list) {
            return list.stream().map(one -> text(one, member)).collect(Collectors.joining(", "));
        }
        return value == null ? "-" : value.toString();
    }
}
