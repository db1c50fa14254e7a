package io.forebay.gateway.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks a gateway's operations port. Any thread. */
public final class OpsClient {
    /** A machine that is busy measuring, or that stands still for some seconds, answers late. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /**
     * Shared: each client keeps connections of its own, and the gateway allows few. HTTP/1.1: with an upgrade to HTTP/2 a body
     * once never came, and the client's timeout is for the header only.
     */
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();

    private final String base;

    public OpsClient(int port) {
        base = "http://127.0.0.1:" + port;
    }

    /** The sum of a meter over its tags, as Prometheus names it; 0 if there is none. */
    public double meter(String name) throws IOException, InterruptedException {
        return get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** How many values of a histogram, as Prometheus names it, are at most as large as each bound. */
    public SortedMap<Double, Double> buckets(String name) throws IOException, InterruptedException {
        SortedMap<Double, Double> buckets = new TreeMap<>();
        Pattern bucket = Pattern.compile(Pattern.quote(name) + "_bucket\\{le=\"([^\"]+)\"\\} (\\S+)");
        get("/metrics")
                .body()
                .lines()
                .map(bucket::matcher)
                .filter(Matcher::matches)
                .forEach(line -> {
                    boolean endless = line.group(1).equals("+Inf");
                    double bound = endless ? Double.POSITIVE_INFINITY : Double.parseDouble(line.group(1));
                    buckets.put(bound, Double.parseDouble(line.group(2)));
                });
        return buckets;
    }

    /** Waits until the gateway takes messages. Throws IOException if it does not in time. */
    public void awaitReady(Duration patience) throws IOException, InterruptedException {
        long giveUpAt = System.nanoTime() + patience.toNanos();
        while (!isReady()) {
            if (System.nanoTime() > giveUpAt) {
                throw new IOException("The gateway is not ready after " + patience.toSeconds() + " s.");
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private boolean isReady() throws InterruptedException {
        try {
            return get("/ready").statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create(base + path))
                        .timeout(PATIENCE)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
