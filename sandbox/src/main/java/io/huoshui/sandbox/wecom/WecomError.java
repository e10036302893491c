package io.huoshui.sandbox.wecom;

/// The codes a caller must tell apart (developer.work.weixin.qq.com/document/path/90313).
enum WecomError {
  BUSY(-1, "system busy"),
  BAD_SECRET(40001, "invalid credential"),
  BAD_CORP(40013, "invalid corpid"),
  BAD_TOKEN(40014, "invalid access_token"),
  BAD_PARAMETER(40058, "invalid Request Parameter"),
  BAD_CHAT(40050, "chatid not found"),
  BAD_EXTERNAL_USERID(40096, "invalid external userid"),
  BAD_TAG(40068, "invalid tagid"),
  BAD_TAG_NAME(40071, "invalid tag name"),
  NO_TOKEN(41001, "access_token missing"),
  NOBODY_TO_SEND_TO(41048, "no customer to send"),
  TOKEN_EXPIRED(42001, "access_token expired"),
  TOO_OFTEN(45009, "api freq out of limit"),
  TOO_MANY_AT_ONCE(45033, "concurrency of api exceed limit"),
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
