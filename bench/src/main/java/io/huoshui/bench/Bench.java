package io.huoshui.bench;

import java.util.List;

/// `./huoshui bench NAME`.
public final class Bench {
  private static final String HELP =
      """
      ./huoshui bench NAME [--repeat N] [--people N] [--events N] [--peers]

        intake   HTTP batches → durable → identity → timeline → 20 live segments → journey entry,
                 beside PostgreSQL event + profile upsert of the same events; with --peers
                 beside a Kafka producer of the same bytes (from Maven Central)
        single   one event per request, each answered after its force, beside PostgreSQL
        callbacks  encrypted WeCom callbacks over HTTP, each answered when it is on disk, then one event
                 each, beside WxJava's own decryption and one PostgreSQL transaction per callback
        live     from an event to its person in the segment, at a fixed rate (--rate, --seconds)
        journeys  10 M people on a journey with waits, branches, splits, tags, sends and exits: enter,
                 fire and step, a burst, a restart, beside Redis when it is installed (--people);
                 with --peers beside db-scheduler on PostgreSQL and Flink (from Maven Central)
        dispatch  1 M people through the whole gate into the outbox, and out of it to a sink over HTTP,
                 beside a cap check in Redis when it is installed (--people, --repeat)
        restart  kill -9 and start again with a million people, to the first answer; bytes on disk
        import   ./huoshui import of Online Retail (541,909 rows), process start to end
        log      the log beside RocksDB as a log: sealed groups of 1,000 events, each forced; replay
        demo     the main job with 100,000 people, and the memory of serve with them
        funnel, cohort, rfm, segment   a funnel of four steps, cohorts of 30 weeks followed for 30, RFM,
                 or a behaviour segment over 100 M events in blocks on disk (--events); with --peers
                 beside ClickHouse over the same rows (installs it from npm)
        fold     all four of them
        questions  overview, layers, campaigns, sheets and the opening of a cell, lookalikes of 1 M people
                 with 20 events each, and how long
                 one event waits to be taken while they are asked (--people)
        preview  a rule typed letter by letter, counted and previewed over HTTP while events are taken:
                 the first time, and when its answers are kept (--repeat rules, --people, --rate)
        audience-10m, audience-100m   counting 10 or 100 M people by tags that are kept and by four
                 predicates that are not; with --peers beside ClickHouse and DuckDB
        segments-1000  a thousand segments over 10 M people from nothing (--people, --peers)
        lookalike  who finds more of the people held back of a seed: lookalikes, RFM or recency, on
                 Online Retail and Complete Journey (--repeat seeds of each, three halves)
        tree     a metric tree of 30 nodes for 1,000 guides and 90 days with contributions and drill,
                 out of its cube; counting the cube over 1 M and 10 M events
        tags     the first sync of a tag onto 100,000 customers in WeCom, and within WeCom's limits
        rehearse  thirty days of a recall over 1 M people of the synthetic brand (--people)
        memory   what 1 M people with 20 events each take as columns, by column

      The last line on stdout is one JSON object {name, ours, peer, ratio, unit, limitFraction, spread}.
      """;

  private Bench() {}

  public static void main(String[] arguments) {
    List<String> given = List.of(arguments);
    if (given.isEmpty() || given.contains("--help")) {
      System.out.print(HELP);
      return;
    }
    try {
      int repeat = number(given, "--repeat", 5);
      int people = number(given, "--people", 100_000);
      switch (given.getFirst()) {
        case "intake" -> new IntakeBench(repeat, given.contains("--peers")).run();
        case "callbacks" -> new CallbacksBench(repeat).run();
        case "import" -> new ImportBench(repeat).run();
        case "log" -> new LogBench(repeat).run();
        case "tags" -> new TagsBench(people).run();
        case "demo" -> new DemoBench(people).run();
        case "single" -> new SingleBench(repeat).run();
        case "live" ->
            new LiveBench(repeat, number(given, "--rate", 100_000), number(given, "--seconds", 10))
                .run();
        case "journeys" ->
            new JourneysBench(number(given, "--people", 10_000_000), given.contains("--peers"))
                .run();
        case "dispatch" -> new DispatchBench(repeat, number(given, "--people", 1_000_000)).run();
        case "restart" -> new RestartBench(repeat, number(given, "--people", 1_000_000)).run();
        case "fold", "funnel", "cohort", "rfm", "segment" ->
            new FoldBench(
                    given.getFirst(),
                    repeat,
                    number(given, "--events", 100_000_000),
                    given.contains("--peers"))
                .run();
        case "questions" -> new QuestionsBench(repeat, number(given, "--people", 1_000_000)).run();
        case "preview" ->
            new PreviewBench(
                    number(given, "--repeat", 8),
                    number(given, "--people", 1_000_000),
                    number(given, "--rate", 1_000))
                .run();
        case "audience-10m", "audience-100m" ->
            new AudienceBench(
                    given.getFirst(),
                    repeat,
                    number(
                        given,
                        "--people",
                        given.getFirst().equals("audience-10m") ? 10_000_000 : 100_000_000),
                    false,
                    given.contains("--peers"))
                .run();
        case "segments-1000" ->
            new AudienceBench(
                    given.getFirst(),
                    repeat,
                    number(given, "--people", 10_000_000),
                    true,
                    given.contains("--peers"))
                .run();
        case "lookalike" -> new LookalikeBench(number(given, "--repeat", 10)).run();
        case "tree" -> new TreeBench(repeat).run();
        case "rehearse" ->
            new RehearseBench(number(given, "--people", 1_000_000), "s12-sleeping.yaml").run();
        case "memory" -> new MemoryBench(number(given, "--people", 1_000_000)).run();
        default -> {
          System.err.println(
              "huoshui bench: no bench '"
                  + given.getFirst()
                  + "'. Known: intake, single, callbacks, live, journeys, dispatch, restart,"
                  + " import, tags, demo, fold, questions, preview, lookalike, tree, rehearse,"
                  + " memory, audience-10m, audience-100m, segments-1000.");
          System.exit(2);
        }
      }
    } catch (IllegalStateException | IllegalArgumentException e) {
      System.err.println("huoshui bench: " + e.getMessage());
      System.exit(1);
    }
  }

  private static int number(List<String> given, String flag, int otherwise) {
    int at = given.indexOf(flag);
    return at < 0 || at + 1 == given.size() ? otherwise : Integer.parseInt(given.get(at + 1));
  }
}
