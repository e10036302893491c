package io.huoshui.engine;

import io.huoshui.reach.Attachment;
import io.huoshui.reach.ChannelKind;
import io.huoshui.reach.Touchpoint;
import java.util.AbstractCollection;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.PeekableIntIterator;
import org.roaringbitmap.RoaringBitmap;

/// The outbox: what may leave now, by index. What may leave together lies together, so that taking
/// a batch looks at the messages of the batch, however many wait.
///
/// Of a channel the message of the lowest index is the next, and with it leave those of the lowest
/// indexes that may share a call with it: same template, same sender, same attachments; where a
/// channel sends one text to many, same text; of those of which one spoiled a call, so many as may
/// be tried together.
final class Outgoing extends AbstractCollection<Integer> {
  /// @param text empty where each message of a call has its own
  /// @param most of one call
  private record Kind(
      ChannelKind channel,
      String template,
      String sender,
      String text,
      List<Attachment> attachments,
      int most) {
    static Kind of(Touchpoint message, int most) {
      return new Kind(
          message.channel(),
          message.template(),
          message.sender(),
          text(message),
          message.attachments(),
          most);
    }

    private static String text(Touchpoint message) {
      return message.channel() == ChannelKind.WECOM ? message.text() : "";
    }

    /// Whether a message is of this kind.
    boolean has(Touchpoint message, int mostOfIt) {
      return channel == message.channel()
          && most == mostOfIt
          && template.equals(message.template())
          && sender.equals(message.sender())
          && text.equals(text(message))
          && attachments.equals(message.attachments());
    }
  }

  private static final class Together {
    final Kind kind;
    final RoaringBitmap indexes = new RoaringBitmap();

    Together(Kind kind) {
      this.kind = kind;
    }

    /// The lowest of them; none yet is beyond all.
    int first = Integer.MAX_VALUE;
  }

  private static final class Channel {
    /// By the lowest index of each.
    final TreeMap<Integer, Together> next = new TreeMap<>();

    int size;
  }

  private final IntFunction<Touchpoint> messages;
  private final IntUnaryOperator most;
  private final RoaringBitmap all = new RoaringBitmap();
  private final Map<Kind, Together> kinds = new HashMap<>();
  private final Map<ChannelKind, Channel> channels = new EnumMap<>(ChannelKind.class);

  /// What the last one went with: the next one mostly does, too.
  private @Nullable Together last;

  /// @param messages by index; what makes them leave together stays while they are in here
  /// @param most by index, how many may leave together with it; stays while it is in here
  Outgoing(IntFunction<Touchpoint> messages, IntUnaryOperator most) {
    this.messages = messages;
    this.most = most;
    for (ChannelKind channel : ChannelKind.values()) {
      channels.put(channel, new Channel());
    }
  }

  private Channel channel(ChannelKind kind) {
    Channel channel = channels.get(kind);
    if (channel == null) {
      throw new IllegalStateException("No channel " + kind);
    }
    return channel;
  }

  /// What a message leaves with, made where nothing is there yet.
  private Together together(int index) {
    Together together = last;
    if (together == null || !together.kind.has(messages.apply(index), most.applyAsInt(index))) {
      together =
          kinds.computeIfAbsent(
              Kind.of(messages.apply(index), most.applyAsInt(index)), Together::new);
      last = together;
    }
    return together;
  }

  @Override
  public boolean add(Integer index) {
    if (!all.checkedAdd(index)) {
      return false;
    }
    Together together = together(index);
    Channel channel = channel(together.kind.channel());
    together.indexes.add((int) index);
    if (index < together.first) {
      channel.next.remove(together.first);
      channel.next.put(index, together);
      together.first = index;
    }
    channel.size++;
    return true;
  }

  /// @return whether it was in here
  boolean take(int index) {
    if (!all.checkedRemove(index)) {
      return false;
    }
    Together together = together(index);
    Channel channel = channel(together.kind.channel());
    if (!together.indexes.checkedRemove(index)) {
      throw new IllegalStateException("Message " + index + " changed in the outbox");
    }
    if (together.first == index) {
      channel.next.remove(index);
      if (together.indexes.isEmpty()) {
        kinds.remove(together.kind);
        last = null;
      } else {
        together.first = (int) together.indexes.nextValue(index);
        channel.next.put(together.first, together);
      }
    }
    channel.size--;
    return true;
  }

  /// The next messages that may leave together on a channel, in order.
  ///
  /// @param halted templates of which nothing leaves
  List<Integer> next(ChannelKind kind, int most, Set<String> halted) {
    for (Together first : channel(kind).next.values()) {
      if (!halted.contains(first.kind.template())) {
        int size = Math.min(most, first.kind.most());
        var chosen = new ArrayList<Integer>();
        PeekableIntIterator each = first.indexes.getIntIterator();
        each.advanceIfNeeded(first.first);
        while (chosen.size() < size && each.hasNext()) {
          chosen.add(each.next());
        }
        return chosen;
      }
    }
    return List.of();
  }

  /// How many wait of a template.
  int waiting(String template) {
    int waiting = 0;
    for (Together together : kinds.values()) {
      waiting += together.kind.template().equals(template) ? together.indexes.getCardinality() : 0;
    }
    return waiting;
  }

  /// How many wait for a channel.
  int waiting(ChannelKind kind) {
    return channel(kind).size;
  }

  /// The lowest index of all.
  int first() {
    return all.first();
  }

  boolean has(int index) {
    return all.contains(index);
  }

  @Override
  public int size() {
    return all.getCardinality();
  }

  @Override
  public boolean isEmpty() {
    return all.isEmpty();
  }

  /// In order of the indexes.
  @Override
  public Iterator<Integer> iterator() {
    Iterator<Integer> each = all.iterator();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return each.hasNext();
      }

      @Override
      public Integer next() {
        return each.next();
      }
    };
  }
}
