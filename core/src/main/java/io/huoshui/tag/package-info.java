/// 标签: the words a brand puts on people, and what puts them on.
///
/// A tag on a person is an event, `tag_added {tag}`, until a `tag_removed {tag}`: who, what and
/// when is the timeline itself, and a tag is a condition like any other (`has tag "vip"`). This
/// room owns what brands decide about their tags: the [TagGroup] a tag belongs to, whether a person
/// may carry one of its tags or many ([TagGroup.Choice]), and what puts a tag on by itself
/// ([Tag.By]): a segment, for as long as somebody is in it; an event, such as what somebody writes;
/// an answer on a form. [TagBook] holds all groups and says what an event means for tags. Refuses
/// to know who carries what.
///
/// ```java
/// TagBook book = TagBook.EMPTY.with(TagGroupJson.read(json));
/// Event said = book.said(event);                  // with the choice it makes, if it makes one
/// List<TagBook.Put> puts = book.puts(timeline, index);
/// ```
///
/// **One of many.** A `tag_added` of a single-choice group says so: its property
/// [io.huoshui.profile.Person#CHOICE] is the group. Whoever is given another tag of that group
/// later no longer carries this one. So the answer follows from the timeline alone, whatever is
/// merged, parted or late.
///
/// Next: `engine`, which puts events on timelines.
@NullMarked
package io.huoshui.tag;

import org.jspecify.annotations.NullMarked;
