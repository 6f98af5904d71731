import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.openapitools.client.ApiClient;
import org.openapitools.client.ApiException;
import org.openapitools.client.api.QuestionsApi;
import org.openapitools.client.model.ClaimBody;
import org.openapitools.client.model.ConfirmBody;
import org.openapitools.client.model.LookUpAnswer;
import org.openapitools.client.model.LookUpBody;
import org.openapitools.client.model.Problem403;
import org.openapitools.client.model.VerifyAnswer;
import org.openapitools.client.model.VerifyBody;

/** Asks a gateway with the client that a generator made of its OpenAPI document: a line for each operation. */
final class GeneratedLookUp {
    public static void main(String[] arguments) throws Exception {
        ObjectMapper mapper = ApiClient.createDefaultObjectMapper();
        String key = Files.readString(Path.of(arguments[2])).strip();
        ApiClient client = new ApiClient(
            HttpClient.newBuilder().sslContext(trusting(Path.of(arguments[1]))), mapper, arguments[0].replaceFirst("/$", ""));
        client.setRequestInterceptor(request -> request.header("Authorization", "Bearer " + key));
        QuestionsApi questions = new QuestionsApi(client);

        byte[] stdin = System.in.readAllBytes();
        LookUpBody asked = mapper.readValue(stdin, LookUpBody.class);
        LookUpAnswer found = questions.lookUp(asked);
        System.out.println(found.getOutcome() + " " + found.getCitizen().getGender().getCode());

        VerifyBody claimed = new VerifyBody().subject(asked.getSubject()).purpose(asked.getPurpose());
        claimed.setClaim(new ClaimBody().gender("2"));
        VerifyAnswer verified = questions.verify(claimed);
        System.out.println(verified.getOutcome() + " " + verified.getFields().getGender().getVerdict());

        asked.getPurpose().setProcedure("9.999999");
        ConfirmBody foreign = new ConfirmBody().subject(asked.getSubject()).purpose(asked.getPurpose());
        try {
            questions.confirm(foreign);
        } catch (ApiException refused) {
            Problem403 problem = mapper.readValue(refused.getResponseBody(), Problem403.class);
            System.out.println(refused.getCode() + " " + problem.getCode());
        }
        System.exit(0);
    }

    private static SSLContext trusting(Path authority) throws Exception {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        try (InputStream pem = Files.newInputStream(authority)) {
            trusted.setCertificateEntry("gateway", CertificateFactory.getInstance("X.509").generateCertificate(pem));
        }
        TrustManagerFactory managers = TrustManagerFactory.getInstance("PKIX");
        managers.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }
}
