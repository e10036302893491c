package io.huoshui.insight.sheet;

import io.huoshui.insight.Layers;
import io.huoshui.profile.Timeline;
import io.huoshui.profile.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// 分层贡献 (MISSION S5): people by what they bought, share of people against share of sales; the rule
/// is [Layers].
public record LayerSheet(String heroSku, Window window) implements Question {
  @Override
  public String kind() {
    return "layers";
  }

  @Override
  public void see(Timeline timeline, Scene scene, FirstLook first, Cells cells) {
    Layers.Bought bought = Layers.bought(timeline, scene.span(window), heroSku);
    cells.add(bought.layer().wire(), RfmGrid.PEOPLE, bought.paidFen());
  }

  @Override
  public Sheet sheet(Tally tally, Scene scene) {
    var rows = new ArrayList<Sheet.Label>();
    var cells = new ArrayList<Sheet.Cell>();
    double sales = 0;
    for (Layers.Layer layer : Layers.Layer.values()) {
      sales += tally.sumOf(layer.wire(), RfmGrid.PEOPLE);
    }
    for (Layers.Layer layer : Layers.Layer.values()) {
      rows.add(new Sheet.Label(layer.wire(), layer.zh(), layer.en()));
      Tally.Cell cell = tally.find(layer.wire(), RfmGrid.PEOPLE);
      if (cell != null) {
        cells.add(
            new Sheet.Cell(
                layer.wire(),
                RfmGrid.PEOPLE,
                cell.people(),
                Arrays.asList(
                    Numbers.share(cell.people(), tally.people()),
                    (double) cell.sum(),
                    Numbers.share(cell.sum(), sales)),
                true));
      }
    }
    return new Sheet(
        kind(),
        new Sheet.Axis("层", "layer", rows),
        new Sheet.Axis("", "", List.of(new Sheet.Label(RfmGrid.PEOPLE, "人数", "people"))),
        List.of(
            new Sheet.Measure("share", "占人数", "of people", Sheet.Unit.SHARE),
            new Sheet.Measure("sales", "销售额", "sales", Sheet.Unit.FEN),
            new Sheet.Measure("salesShare", "占销售额", "of sales", Sheet.Unit.SHARE)),
        cells,
        List.of(),
        List.of(
            new Sheet.Note(
                "没有任何行为的人不在任何一层的名单里,但计入占比的分母。",
                "People without any event are in no layer's list, and in the base of the"
                    + " shares.")));
  }
}
