package io.huoshui.sandbox.wechat;

/// The codes a caller must tell apart (developers.weixin.qq.com/doc/service, return codes).
enum AccountError {
  BUSY(-1, "system error"),
  BAD_TOKEN(40001, "invalid credential, access_token is invalid or not latest"),
  BAD_OPENID(40003, "invalid openid"),
  BAD_APPID(40013, "invalid appid"),
  TOO_MANY_OPENIDS(40032, "invalid openid list size"),
  BAD_SECRET(40125, "invalid appsecret"),
  NO_TOKEN(41001, "access_token missing"),
  BAD_TEMPLATE(40037, "invalid template_id"),
  NOT_SUBSCRIBED(43101, "user refuse to accept the msg"),
  WINDOW_OVER(45015, "response out of time limit or subscription is canceled"),
  BUDGET_SPENT(45047, "out of response count limit"),
  TOKEN_EXPIRED(42001, "access_token expired"),
  TOO_OFTEN(45009, "reach max api daily quota limit"),
  BAD_ARGUMENT(40097, "invalid args"),
  BAD_SCENE(40169, "invalid length for scene, or the data is not json string"),
  BAD_PAGE(41030, "invalid page"),
  TOO_MANY_CODES(45029, "qrcode count out of limit"),
  TOO_MANY_TAGS(45056, "can't create more tags than 100"),
  TOO_MANY_FOLLOWERS(45057, "the tag has too many fans to delete"),
  RESERVED_TAG(45058, "can't modify sys tag"),
  FOLLOWER_FULL(45059, "can't add too much tags to one user"),
  BAD_NAME(45157, "invalid tag name"),
  LONG_NAME(45158, "tag name too long"),
  BAD_TAG(45159, "invalid tag id"),
  BAD_REQUEST(47001, "data format error"),
  OTHER_ACCOUNT(49003, "not match openid with appid"),
  NO_SUCH_CALL(404, "not simulated");

  private final int code;
  private final String message;

  AccountError(int code, String message) {
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
