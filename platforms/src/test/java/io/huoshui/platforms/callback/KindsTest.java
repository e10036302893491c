package io.huoshui.platforms.callback;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.platforms.callback.CallbackAccount.Platform;
import io.huoshui.platforms.wecom.WecomCallbacks.Change;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KindsTest {
  private static final CallbackAccount CORP =
      new CallbackAccount("wecom", Platform.WECOM, "ww1", Set.of(), List.of());
  private static final CallbackAccount ACCOUNT =
      new CallbackAccount("mp", Platform.OFFICIAL_ACCOUNT, "wx1", Set.of(), List.of());
  private static final Kinds KINDS = Kinds.shipped();

  /// A message of `Name=text` words; `A(B=c D=e)` is an element with elements.
  private static Message message(String words) {
    String inner =
        words
            .replaceAll("(\\w+)=([^\\s()]+)", "<$1>$2</$1>")
            .replaceAll("(\\w+)\\(", "<$1>")
            .replaceAll("\\s+", "");
    // What was opened by a bracket is closed in order.
    var open = new java.util.ArrayDeque<String>();
    var out = new StringBuilder("<xml><CreateTime>1700000000</CreateTime>");
    int at = 0;
    var matcher = java.util.regex.Pattern.compile("<(/?)(\\w+)>|\\)").matcher(inner);
    while (matcher.find()) {
      out.append(inner, at, matcher.start());
      at = matcher.end();
      if (matcher.group().equals(")")) {
        out.append("</").append(open.pop()).append(">");
      } else if (matcher.group(1).isEmpty()) {
        open.push(matcher.group(2));
        out.append(matcher.group());
      } else {
        open.pop();
        out.append(matcher.group());
      }
    }
    return Message.read(out.append(inner.substring(at)).append("</xml>").toString(), Limits.USUAL);
  }

  private static String shown(Event event) {
    return event.name() + " " + event.identifiers().getFirst().value() + " " + event.properties();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # platform | message | becomes
          wecom | Event=change_external_contact ChangeType=add_external_contact UserID=li ExternalUserID=wm12345678 State=s | contact_added wm12345678 {guide=li, liveCode=s}
          wecom | Event=change_external_contact ChangeType=add_half_external_contact UserID=li ExternalUserID=wm12345678 | contact_requested wm12345678 {guide=li}
          wecom | Event=change_external_contact ChangeType=del_external_contact UserID=li ExternalUserID=wm12345678 Source=DELETE_BY_TRANSFER | contact_removed wm12345678 {by=transfer, guide=li}
          wecom | Event=change_external_contact ChangeType=del_external_contact UserID=li ExternalUserID=wm12345678 | contact_removed wm12345678 {by=guide, guide=li}
          wecom | InfoType=change_external_contact TimeStamp=1700000000 ChangeType=del_follow_user UserID=li ExternalUserID=wm12345678 | contact_removed wm12345678 {by=customer, guide=li}
          wecom | Event=change_external_contact ChangeType=transfer_fail FailReason=customer_refused UserID=li ExternalUserID=wm12345678 | transfer_failed wm12345678 {guide=li, reason=customer_refused}
          wecom | Event=change_external_chat ChangeType=update UpdateDetail=add_member ChatId=wr1 JoinScene=3 MemChangeList(Item=wm12345678 Item=zhangsan Item=wo12345678) | group_joined wm12345678 {group=wr1, scene=3}; group_joined wo12345678 {group=wr1, scene=3}
          wecom | Event=change_external_chat ChangeType=update UpdateDetail=del_member ChatId=wr1 QuitScene=0 MemChangeList(Item=wm12345678) | group_left wm12345678 {group=wr1, scene=0}
          wecom | Event=change_external_chat ChangeType=update UpdateDetail=change_name ChatId=wr1 | ''
          wecom | Event=customer_acquisition ChangeType=balance_low | ''
          wecom | Event=customer_acquisition ChangeType=customer_start_chat LinkId=cawc1 UserID=li ExternalUserID=wm12345678 State=s | service_entered wm12345678 {channel=wecom, guide=li, link=cawc1, liveCode=s}
          wecom | Event=never_heard_of_it ExternalUserID=wm12345678 | unknown
          account | MsgType=text FromUserName=o1 Content=hi MsgId=1 | message_replied o1 {channel=official_account, text=hi}
          account | MsgType=voice FromUserName=o1 MediaId=m MsgId=1 Recognition=hello | message_replied o1 {channel=official_account, form=voice, media=m, text=hello}
          account | MsgType=voice FromUserName=o1 MediaId=m MsgId=1 | message_replied o1 {channel=official_account, form=voice, media=m, text=[voice]}
          account | MsgType=event Event=subscribe FromUserName=o1 EventKey=qrscene_7 Ticket=t | account_followed o1 {scene=7, ticket=t}
          account | MsgType=event Event=subscribe FromUserName=o1 | account_followed o1 {}
          account | MsgType=event Event=SCAN FromUserName=o1 EventKey=7 Ticket=t | account_scanned o1 {scene=7, ticket=t}
          account | MsgType=event Event=TEMPLATESENDJOBFINISH FromUserName=o1 MsgID=5 Status=success | notice_delivered o1 {message=5}
          account | MsgType=event Event=TEMPLATESENDJOBFINISH FromUserName=o1 MsgID=5 Status=failed:userblock | notice_failed o1 {message=5, reason=failed:userblock}
          account | MsgType=event Event=subscribe_msg_popup_event FromUserName=o1 SubscribeMsgPopupEvent(List(TemplateId=a SubscribeStatusString=accept PopupScene=2) List(TemplateId=b SubscribeStatusString=reject)) | notice_chosen o1 {choice=accept, scene=2, template=a}; notice_chosen o1 {choice=reject, template=b}
          account | MsgType=event Event=subscribe_msg_sent_event FromUserName=o1 SubscribeMsgSentEvent(List(TemplateId=a MsgID=5 ErrorCode=0 ErrorStatus=success)) | notice_delivered o1 {message=5, template=a}
          account | MsgType=event Event=subscribe_msg_sent_event FromUserName=o1 SubscribeMsgSentEvent(List(TemplateId=a MsgID=5 ErrorCode=43101 ErrorStatus=refused)) | notice_failed o1 {message=5, reason=refused, template=a}
          """)
  void whatAKindBecomes(String platform, String words, String becomes) {
    CallbackAccount account = platform.equals("wecom") ? CORP : ACCOUNT;
    Message message = message(words);
    String found =
        KINDS.knows(account.platform(), message)
            ? KINDS.events(account, message, "k").stream()
                .map(KindsTest::shown)
                .collect(Collectors.joining("; "))
            : "unknown";
    assertThat(found).isEqualTo(becomes);
  }

  /// PEERS 21: a key of FromUser and second alone makes one of two customers.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # one | another | the same
          Event=change_external_contact ChangeType=add_external_contact FromUserName=sys UserID=li ExternalUserID=wm1 | Event=change_external_contact ChangeType=add_external_contact FromUserName=sys UserID=li ExternalUserID=wm2 | false
          Event=change_external_contact ChangeType=add_external_contact FromUserName=sys UserID=li ExternalUserID=wm1 | Event=change_external_contact ChangeType=add_external_contact FromUserName=sys UserID=wu ExternalUserID=wm1 | false
          Event=change_external_contact ChangeType=add_external_contact FromUserName=sys UserID=li ExternalUserID=wm1 | Event=change_external_contact ChangeType=del_follow_user FromUserName=sys UserID=li ExternalUserID=wm1 | false
          Event=change_external_contact ChangeType=add_external_contact FromUserName=sys UserID=li ExternalUserID=wm1 WelcomeCode=a | Event=change_external_contact ChangeType=add_external_contact FromUserName=sys UserID=li ExternalUserID=wm1 WelcomeCode=b | true
          Event=change_external_chat ChangeType=update UpdateDetail=add_member ChatId=wr1 MemChangeList(Item=wm1) | Event=change_external_chat ChangeType=update UpdateDetail=add_member ChatId=wr1 MemChangeList(Item=wm2) | false
          Event=change_external_chat ChangeType=update UpdateDetail=add_member ChatId=wr1 | Event=change_external_chat ChangeType=update UpdateDetail=change_owner ChatId=wr1 | false
          MsgType=text FromUserName=o1 Content=a MsgId=1 | MsgType=text FromUserName=o1 Content=a MsgId=2 | false
          MsgType=text FromUserName=o1 Content=a MsgId=1 | MsgType=text FromUserName=o1 Content=b MsgId=1 | true
          Event=unheard FromUserName=o1 X=1 | Event=unheard FromUserName=o1 X=2 | false
          """)
  void whichAreTheSame(String one, String another, boolean same) {
    Platform platform = one.contains("o1") ? Platform.OFFICIAL_ACCOUNT : Platform.WECOM;
    assertThat(KINDS.key(platform, message(one)).equals(KINDS.key(platform, message(another))))
        .isEqualTo(same);
  }

  @Test
  void whoeverWaitsIsToldWithoutAnEvent() {
    Instant at = Instant.ofEpochSecond(1_700_000_000);
    assertThat(KINDS.changes(CORP, message("Event=change_external_tag ChangeType=delete Id=et1")))
        .containsExactly(new Change.Tag("delete", "et1", at));
    assertThat(
            KINDS.changes(
                CORP,
                message("Event=change_contact ChangeType=update_user UserID=li NewUserID=li2")))
        .containsExactly(new Change.Staff("update_user", "li", "li2", at));
    assertThat(
            KINDS.changes(
                CORP, message("Event=customer_acquisition ChangeType=delete_link LinkId=c1")))
        .containsExactly(new Change.Link("delete_link", "c1", at));
    assertThat(
            KINDS.changes(
                CORP,
                message(
                    "Event=change_external_chat ChangeType=update UpdateDetail=del_member"
                        + " ChatId=wr1 QuitScene=1 MemChangeList(Item=wm12345678 Item=li)")))
        .containsExactly(
            new Change.Group("wr1", "update", "del_member", List.of("wm12345678", "li"), "1", at));
  }

  @Test
  void everybodyInAGroupsCallbackIsFoundForAnErasure() {
    assertThat(
            KINDS
                .people(
                    CORP,
                    message(
                        "Event=change_external_chat MemChangeList(Item=wm12345678 Item=li"
                            + " Item=wo12345678)"))
                .stream()
                .map(Identifier::value))
        .containsExactly("wm12345678", "wo12345678");
    assertThat(
            KINDS
                .people(ACCOUNT, message("Event=unheard FromUserName=o1 FriendUserName=o2"))
                .stream()
                .map(Identifier::value))
        .containsExactly("o1", "o2");
  }

  @Test
  void idsStayWhatTheyWereBeforeTheTable() {
    Event event =
        KINDS
            .events(
                CORP,
                message(
                    "Event=change_external_contact ChangeType=add_external_contact UserID=li"
                        + " ExternalUserID=wm12345678"),
                "k")
            .getFirst();
    assertThat(event.id()).isEqualTo("wecom/add_external_contact/li/wm12345678/1700000000");
  }
}
