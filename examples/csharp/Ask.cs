using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Runtime.Serialization.Json;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading.Tasks;
using System.Xml;
using System.Xml.Linq;
using Mono.Security.Interface;

/// <summary>Asks a dancu gateway one question about one citizen, and says in one line how it ended.</summary>
/// <remarks>
/// <code>mono ask.exe lookup|confirm|verify URL CA-FILE KEY-FILE [SECONDS] &lt; question.json</code>
/// Exit codes: 0 found, confirmed or verified with an overall match; 1 no record fits, or the claim does not match; 2 the
/// question or the set-up is off; 3 rejected; 4 no usable answer, which says nothing about the person; 5 several
/// records fit. Whatever goes wrong by itself ends with 4: it must never read as "no such citizen".
/// </remarks>
internal static class Ask
{
    private static readonly string[] Operations = { "lookup", "confirm", "verify" };

    private struct End
    {
        public readonly int Code;
        public readonly string Line;

        public End(int code, string line)
        {
            Code = code;
            Line = line;
        }
    }

    private static int Main(string[] arguments)
    {
        End end = Run(arguments);
        Console.OutputEncoding = new UTF8Encoding(false);
        Console.WriteLine(end.Line);
        return end.Code;
    }

    private static End Run(string[] arguments)
    {
        if (arguments.Length < 4 || arguments.Length > 5 || !Operations.Contains(arguments[0]))
            return new End(2, "usage: ask.exe lookup|confirm|verify URL CA-FILE KEY-FILE [SECONDS] < question.json");
        HttpClient client;
        HttpRequestMessage request;
        bool untrusted = false;
        try
        {
            client = ClientTrusting(new X509Certificate(File.ReadAllBytes(arguments[2])), () => untrusted = true);
            client.Timeout = TimeSpan.FromSeconds(arguments.Length == 5 ? int.Parse(arguments[4]) : 30);
            request = Request(arguments[1], arguments[0], File.ReadAllText(arguments[3]).Trim());
        }
        catch (Exception error)
        {
            return new End(2, "usage: a file, the URL or the key cannot be used (" + error.GetType().Name + ")");
        }
        try
        {
            using (client)
            using (HttpResponseMessage response = client.SendAsync(request).GetAwaiter().GetResult())
                return Read(response, response.Content.ReadAsByteArrayAsync().GetAwaiter().GetResult());
        }
        catch (HttpRequestException)
        {
            return untrusted
                ? Unavailable("server_untrusted: the server is not the one that the CA file vouches for", false)
                : Unavailable("connect_failed: the gateway did not answer", true);
        }
        catch (TaskCanceledException)
        {
            return Unavailable("timed_out: no whole answer within " + client.Timeout.TotalSeconds + " s", true);
        }
        catch (Exception)
        {
            return Unavailable("unreadable_answer: the answer is not the gateway's", false);
        }
    }

    // Mono's TLS checks the chain, the dates and the host name; it knows the CA as one more anchor, and a chain that ends
    // at any other is refused here. Without Mono: X509ChainTrustMode.CustomRootTrust.
    private static HttpClient ClientTrusting(X509Certificate authority, Action refused)
    {
        MonoTlsSettings settings = MonoTlsSettings.CopyDefaultSettings();
        settings.TrustAnchors = new X509CertificateCollection { authority };
        MonoTlsSettings.DefaultSettings = settings;
        HttpClientHandler handler = new HttpClientHandler { AllowAutoRedirect = false };
        handler.ServerCertificateCustomValidationCallback = (message, certificate, chain, errors) =>
        {
            bool vouched = errors == SslPolicyErrors.None && chain != null && chain.ChainElements.Count > 0
                && chain.ChainElements[chain.ChainElements.Count - 1].Certificate.RawData
                    .SequenceEqual(authority.GetRawCertData());
            if (!vouched) refused();
            return vouched;
        };
        return new HttpClient(handler);
    }

    // Personal data comes by standard input: arguments can be read by everybody on the machine.
    private static HttpRequestMessage Request(string url, string operation, string key)
    {
        if (!url.StartsWith("https://", StringComparison.Ordinal)) throw new ArgumentException("https:// is needed");
        MemoryStream question = new MemoryStream();
        Console.OpenStandardInput().CopyTo(question);
        HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Post, url.TrimEnd('/') + "/v1/" + operation);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        request.Headers.AcceptLanguage.ParseAdd("vi");
        request.Content = new ByteArrayContent(question.ToArray());
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return request;
    }

    // Only an outcome speaks about the person; a problem, and what is neither, does not.
    private static End Read(HttpResponseMessage response, byte[] body)
    {
        int status = (int)response.StatusCode;
        string type = response.Content.Headers.ContentType == null ? "" : response.Content.Headers.ContentType.MediaType;
        if (status == 200 && type == "application/json") return Outcome(Json(body));
        if (type != "application/problem+json")
            return Unavailable("unreadable_answer: the answer (HTTP " + status + ") is not the gateway's", false);
        RetryConditionHeaderValue wait = response.Headers.RetryAfter;
        return Problem(status, Json(body), wait == null ? "" : wait.ToString());
    }

    private static End Outcome(XElement answer)
    {
        string reference = " (reference " + (string)answer.Element("reference") + ")";
        string overall = (string)answer.Element("overall");
        switch ((string)answer.Element("outcome"))
        {
            case "found":
                return new End(0, "found: " + Named(answer.Element("citizen"), "label") + reference);
            case "confirmed":
                return new End(0, "confirmed: " + Words(answer.Element("keys"), "label") + reference);
            case "verified":
                return new End(overall == "match" ? 0 : 1,
                    "verified: " + overall + "; " + Named(answer.Element("fields"), "verdict") + reference);
            case "not_matched":
                return new End(1, "not_matched: no record fits these three keys; hints: "
                    + Words(answer.Element("hints"), "vi") + reference);
            case "ambiguous":
                return new End(5, "ambiguous: " + (string)answer.Element("count") + " records fit; ask for more" + reference);
            default:
                return Unavailable("unknown_answer: an outcome that this program does not know", false);
        }
    }

    private static End Problem(int status, XElement told, string wait)
    {
        string code = (string)told.Element("code"), reference = (string)told.Element("reference");
        IEnumerable<XElement> errors = told.Elements("errors").Elements();
        string line = code + ": " + (string)told.Element("title")
            + string.Concat(errors.Select(one => "; " + (string)one.Element("pointer") + ": " + (string)one.Element("message")))
            + (reference == null ? "" : " (reference " + reference + ")");
        string later = wait == "" ? "" : "; again after " + wait + " s";
        if (status >= 500)
            return wait == "" ? Unavailable(line, (string)told.Element("retryable") == "true")
                : new End(4, "unavailable: " + line + "; says nothing about the person" + later);
        bool refused = status == 401 || status == 403 || status == 429;
        return new End(refused ? 3 : 2, (refused ? "rejected: " : "refused input: ") + line + later);
    }

    private static End Unavailable(string why, bool again)
    {
        return new End(4, "unavailable: " + why + "; says nothing about the person; "
            + (again ? "may be asked again" : "not to be asked again as it is"));
    }

    private static XElement Json(byte[] body)
    {
        XmlDictionaryReaderQuotas limits = new XmlDictionaryReaderQuotas { MaxDepth = 64 };
        return XElement.Load(JsonReaderWriterFactory.CreateJsonReader(body, limits));
    }

    private static string Named(XElement values, string member)
    {
        return string.Join("; ", values.Elements().Select(one => one.Name.LocalName + "=" + Words(one, member)));
    }

    // A value in words: of an object the named member, else all that it holds.
    private static string Words(XElement value, string member)
    {
        if ((string)value.Attribute("type") == "null") return "-";
        if (!value.HasElements) return value.Value;
        XElement chosen = value.Element(member);
        if (chosen != null && (string)chosen.Attribute("type") != "null") return chosen.Value;
        return string.Join(", ", value.Elements().Where(one => (string)one.Attribute("type") != "null")
            .Select(one => Words(one, member)));
    }
}
