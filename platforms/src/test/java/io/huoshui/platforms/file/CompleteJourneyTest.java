package io.huoshui.platforms.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The example map over the grocer's files, against SQL that knows nothing of the import.
class CompleteJourneyTest {
  @TempDir Path folder;

  @Test
  void totalsAreThoseOfTheData() throws Exception {
    Path data = RealData.folder("completejourney");
    try (var desk = new Desk(folder)) {
      int exit =
          desk.run(
              data.toString(),
              "--map",
              RealData.example("complete-journey").toString(),
              "--rejects",
              folder.resolve("rejects.csv").toString());
      assertThat(exit).as(desk.err()).isZero();
      assertThat(desk.told("rejected")).isZero();

      var totals =
          RealData.ask(
              "create table t as select * from read_csv('"
                  + data
                  + "/transactions_sample.csv.gz', all_varchar = true)",
              "create table c as select * from read_csv('"
                  + data
                  + "/campaigns.csv.gz', all_varchar = true)",
              "select count(distinct basket_id), sum((sales_value::double * 100)::bigint),"
                  + " count(distinct household_id) from t",
              "select count(*), sum((sales_value::double * 100)::bigint) from t where quantity <>"
                  + " '0'",
              "select count(*), count(distinct campaign_id) from c",
              "select count(*) from read_csv('" + data + "/coupon_redemptions.csv.gz')",
              "select count(*) from read_csv('" + data + "/demographics.csv.gz')");
      var orders = desk.sink.named("order_paid");
      var bought = desk.sink.named("product_purchased");
      var sent = desk.sink.named("campaign_received");
      assertThat(
              List.of(
                  orders.size()
                      + " "
                      + RealData.sum(orders, "amountFen")
                      + " "
                      + RealData.people(orders),
                  bought.size() + " " + RealData.sum(bought, "amountFen"),
                  sent.size()
                      + " "
                      + sent.stream()
                          .map(event -> event.path("properties").path("campaign").asString())
                          .distinct()
                          .count(),
                  "" + desk.sink.named("coupon_redeemed").size(),
                  "" + desk.sink.named("profile_updated").size()))
          .isEqualTo(totals);

      // 222 lines name a product that the list of products lacks: they keep their number only.
      assertThat(
              bought.stream()
                  .filter(event -> event.path("properties").path("category").isMissingNode()))
          .hasSizeLessThanOrEqualTo(222)
          .isNotEmpty();
      // Midnight in New York when summer time has begun, and when it has not.
      assertThat(
              desk.sink.event("complete_journey:campaign_received:1:105").path("time").asString())
          .isEqualTo("2017-03-03T05:00:00Z");
      assertThat(
              sent.stream()
                  .filter(
                      event -> event.path("properties").path("campaign").asString().equals("8")))
          .allSatisfy(
              event -> assertThat(event.path("time").asString()).isEqualTo("2017-05-08T04:00:00Z"));
      assertThat(desk.sink.named("coupon_redeemed").getFirst().path("properties").toString())
          .isEqualTo("{\"coupon\":\"51380041013\",\"template\":\"26\",\"campaign\":\"26\"}");
    }
  }
}
