package io.huoshui.sandbox;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A client of the sandbox, written from the platforms' pages and not from the sandbox's code.
final class Platforms {
  static final String SECRETS =
      """
      {"writeKeys":{"official_account":"key-official_account","wecom":"key-wecom",
       "mini_program":"key-mini_program","tmall":"key-tmall","jd":"key-jd","douyin":"key-douyin",
       "pos":"key-pos","crm":"key-crm","package_card":"key-package_card"},
       "callbackToken":"cbtoken",
       "wecom":{"corpId":"ww1","secret":"corpsecret","token":"QDG6eK",
        "encodingAesKey":"jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"},
       "sms":{"accessKeyId":"id1","accessKeySecret":"secret1"}}
      """;

  private static final AtomicLong NONCE = new AtomicLong();

  private final HttpClient http = HttpClient.newHttpClient();
  private final String base;
  private String token = "";

  Platforms(String base) {
    this.base = base;
  }

  static Path secrets(Path dir) throws IOException {
    return Files.writeString(dir.resolve("secrets.json"), SECRETS);
  }

  HttpResponse<String> raw(String method, String pathAndQuery, String body)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create(base + pathAndQuery))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  JsonNode get(String pathAndQuery) throws IOException, InterruptedException {
    return JsonMapper.shared().readTree(raw("GET", pathAndQuery, "").body());
  }

  JsonNode post(String pathAndQuery, String body) throws IOException, InterruptedException {
    return JsonMapper.shared().readTree(raw("POST", pathAndQuery, body).body());
  }

  JsonNode clock(String to) throws IOException, InterruptedException {
    return post("/sandbox/clock", "{\"to\":\"" + to + "\"}");
  }

  // ---- WeCom

  JsonNode token() throws IOException, InterruptedException {
    JsonNode answer = get("/cgi-bin/gettoken?corpid=ww1&corpsecret=corpsecret");
    token = answer.path("access_token").asString("");
    return answer;
  }

  JsonNode wecom(String path, String body) throws IOException, InterruptedException {
    return post("/cgi-bin/" + path + "?access_token=" + token, body);
  }

  JsonNode wecomGet(String path, String query) throws IOException, InterruptedException {
    return get("/cgi-bin/" + path + "?access_token=" + token + "&" + query);
  }

  JsonNode task(String sender, String text, List<String> customers)
      throws IOException, InterruptedException {
    ObjectNode body = JsonMapper.shared().createObjectNode();
    body.put("chat_type", "single");
    if (!sender.isEmpty()) {
      body.put("sender", sender);
    }
    body.putObject("text").put("content", text);
    customers.forEach(body.putArray("external_userid")::add);
    return wecom("externalcontact/add_msg_template", body.toString());
  }

  // ---- SMS

  JsonNode sms(String action, Map<String, String> parameters)
      throws IOException, InterruptedException {
    return JsonMapper.shared()
        .readTree(smsRaw(action, parameters, "secret1", "n" + NONCE.incrementAndGet()).body());
  }

  JsonNode send(String phones, String text, String outId) throws IOException, InterruptedException {
    return sms(
        "SendSms",
        Map.of(
            "PhoneNumbers",
            phones,
            "SignName",
            "活水",
            "TemplateCode",
            "SMS_1",
            "TemplateParam",
            JsonMapper.shared().createObjectNode().put("text", text).toString(),
            "OutId",
            outId));
  }

  HttpResponse<String> smsRaw(
      String action, Map<String, String> parameters, String secret, String nonce)
      throws IOException, InterruptedException {
    String body = encoded(parameters);
    String hash = hex(digest(body));
    var headers = new TreeMap<String, String>();
    headers.put("content-type", "application/x-www-form-urlencoded");
    headers.put("x-acs-action", action);
    headers.put("x-acs-content-sha256", hash);
    headers.put("x-acs-date", "2026-07-01T00:00:00Z");
    headers.put("x-acs-signature-nonce", nonce);
    headers.put("x-acs-version", "2017-05-25");
    var canonical = new StringBuilder();
    headers.forEach((name, value) -> canonical.append(name).append(':').append(value).append('\n'));
    String signed = String.join(";", headers.keySet());
    String request = "POST\n/\n\n" + canonical + "\n" + signed + "\n" + hash;
    String signature = hmac(secret, "ACS3-HMAC-SHA256\n" + hex(digest(request)));
    var builder =
        HttpRequest.newBuilder(URI.create(base + "/"))
            .POST(HttpRequest.BodyPublishers.ofString(body));
    headers.forEach(builder::header);
    builder.header(
        "Authorization",
        "ACS3-HMAC-SHA256 Credential=id1,SignedHeaders=" + signed + ",Signature=" + signature);
    return http.send(builder.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static String encoded(Map<String, String> parameters) {
    return String.join(
        "&",
        parameters.entrySet().stream()
            .map(
                entry ->
                    entry.getKey()
                        + "="
                        + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
            .toList());
  }

  private static byte[] digest(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String hmac(String secret, String text) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return hex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
