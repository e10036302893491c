package io.huoshui.platforms.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The example map over all 541,909 rows, against SQL that knows nothing of the import.
class OnlineRetailTest {
  @TempDir Path folder;

  @Test
  void totalsAreThoseOfTheData() throws Exception {
    Path data = RealData.folder("online_retail");
    try (var desk = new Desk(folder)) {
      int exit =
          desk.run(
              data.toString(),
              "--map",
              RealData.example("online-retail").toString(),
              "--rejects",
              folder.resolve("rejects.csv").toString());
      assertThat(exit).as(desk.err()).isZero();

      var totals =
          RealData.ask(
              "create table d as select distinct * from read_csv('"
                  + data
                  + "/online_retail.csv.gz', all_varchar = true)",
              "create table k as select *, Quantity::bigint q, UnitPrice::decimal(12, 3) p,"
                  + " (Quantity::bigint * UnitPrice::decimal(12, 3))::decimal(18, 3) v"
                  + " from d where CustomerID is not null",
              "select 541909 - count(*), (select count(*) from d where CustomerID is null) from d",
              "select count(distinct InvoiceNo), (100 * sum(v))::decimal(18, 1), count(distinct"
                  + " CustomerID) from k where q > 0",
              "select count(distinct InvoiceNo), (-100 * sum(v))::decimal(18, 1) from k where q <"
                  + " 0",
              "select count(*), sum(q) from k where q > 0 and regexp_matches(StockCode,"
                  + " '^(\\d|PADS)')",
              "select count(*), -sum(q) from k where q < 0 and regexp_matches(StockCode,"
                  + " '^(\\d|PADS)')",
              "select count(distinct CustomerID) from k");
      var orders = desk.sink.named("order_paid");
      var cancelled = desk.sink.named("order_cancelled");
      var bought = desk.sink.named("product_purchased");
      var returned = desk.sink.named("product_returned");
      // 0.004 of a pound are spread over four lines of 0.001: no order feels it.
      assertThat(
              List.of(
                  desk.told("exact-duplicate rows") + " " + desk.told("no_identifier"),
                  orders.size()
                      + " "
                      + RealData.sum(orders, "amountFen")
                      + " "
                      + RealData.people(orders),
                  cancelled.size() + " " + RealData.sum(cancelled, "amountFen"),
                  bought.size() + " " + RealData.sum(bought, "quantity"),
                  returned.size() + " " + RealData.sum(returned, "quantity"),
                  "" + RealData.people(desk.sink.events().values())))
          .isEqualTo(totals.stream().map(line -> line.replaceAll("(\\d+)\\.\\d", "$1")).toList());
      assertThat(RealData.sum(orders, "items")).isEqualTo(RealData.sum(bought, "quantity"));

      // Known of this data set, so that a change of map and test together is noticed.
      assertThat(totals.getFirst()).isEqualTo("5268 135037");
      assertThat(desk.told("rejected")).isEqualTo(135_037);
      assertThat(desk.sink.events()).hasSize(421_883);
    }
  }
}
