package io.huoshui.sandbox.wecom;

/// The codes a caller must tell apart (developer.work.weixin.qq.com/document/path/90313).
enum WecomError {
  BUSY(-1, "system busy"),
  BAD_SECRET(40001, "invalid credential"),
  BAD_USER(40003, "invalid userid"),
  BAD_CORP(40013, "invalid corpid"),
  BAD_TOKEN(40014, "invalid access_token"),
  BAD_CODE(40029, "invalid oauth_code"),
  BAD_PARAMETER(40058, "invalid Request Parameter"),
  BAD_CHAT(40050, "chatid not found"),
  BAD_EXTERNAL_USERID(40096, "invalid external userid"),
  NOT_LEFT(40097, "member has not left"),
  TRANSFERRED_TOO_OFTEN(40128, "customer transferred too often"),
  UNDER_WAY(40129, "customer is being transferred"),
  SAME_MEMBER(40130, "handover and takeover are the same"),
  NOT_THEIR_CUSTOMER(40131, "handover_userid is not the follower"),
  BAD_TAG(40068, "invalid tagid"),
  BAD_TAG_NAME(40071, "invalid tag name"),
  NO_TOKEN(41001, "access_token missing"),
  TOO_MANY_MEMBERS(41041, "too many users of contact way"),
  TOO_MANY_WAYS(41045, "contact way count exceed limit"),
  NOBODY_TO_SEND_TO(41048, "no customer to send"),
  WELCOME_CODE(41050, "invalid welcome code"),
  ALREADY_CHATTING(41051, "chat is already started"),
  NO_MORE_WELCOMES(41055, "group welcome templates exceed limit"),
  TOKEN_EXPIRED(42001, "access_token expired"),
  TOO_OFTEN(45009, "api freq out of limit"),
  TOO_MANY_AT_ONCE(45033, "concurrency of api exceed limit"),
  BAD_DEPARTMENT(60003, "department not found"),
  OWNER_NOT_LEFT(90500, "the owner of this chat is not resigned"),
  NO_CUSTOMER_GROUP(90501, "chat is not external group chat"),
  OWNER_LEFT(90502, "the owner of this chat is resigned"),
  GROUP_DONE(90508, "chat has been transferred"),
  CHAT_DISSOLVED(49008, "chat has been dissolved"),
  NO_RELATION(84061, "not external contact"),
  BAD_ROBOT(93000, "invalid webhook url"),
  NO_SUCH_CALL(404, "not simulated");

  private final int code;
  private final String message;

  WecomError(int code, String message) {
    this.code = code;
    this.message = message;
  }

  int code() {
    return code;
  }

  String message() {
    return message;
  }
}
