package io.huoshui.platforms.account;

import java.util.List;

/// An account at a platform, with what is needed to speak for it. Never written anywhere whole: its
/// text says its kind and name only.
public sealed interface Account {
  String name();

  Platform platform();

  /// Where the API is; empty for the platform's own address.
  String url();

  /// Whose quota its calls use up: the corp, the app or the key.
  String payer();

  /// What a callback is signed and encrypted with.
  ///
  /// @param encodingAesKey 43 characters
  record Callback(String token, String encodingAesKey) {
    @Override
    public String toString() {
      return "Callback[]";
    }
  }

  /// WeCom: a corp, and the app through which it is spoken for.
  ///
  /// @param agentId of the app; empty when nothing needs it
  /// @param callbacks the present one first; after a rotation the former one too, for a while
  /// @param allowances what WeCom takes of this corp
  record Wecom(
      String name,
      String url,
      String corpId,
      String secret,
      String agentId,
      List<Callback> callbacks,
      Allowances allowances)
      implements Account {
    public Wecom {
      callbacks = List.copyOf(callbacks);
    }

    @Override
    public Platform platform() {
      return Platform.WECOM;
    }

    @Override
    public String payer() {
      return corpId;
    }

    @Override
    public String toString() {
      return "Wecom[" + name + "]";
    }
  }

  /// 公众号.
  record OfficialAccount(
      String name,
      String url,
      String appId,
      String secret,
      List<Callback> callbacks,
      Allowances allowances)
      implements Account {
    public OfficialAccount {
      callbacks = List.copyOf(callbacks);
    }

    @Override
    public Platform platform() {
      return Platform.WECHAT;
    }

    @Override
    public String payer() {
      return appId;
    }

    @Override
    public String toString() {
      return "OfficialAccount[" + name + "]";
    }
  }

  /// 小程序.
  record MiniProgram(
      String name,
      String url,
      String appId,
      String secret,
      List<Callback> callbacks,
      Allowances allowances)
      implements Account {
    public MiniProgram {
      callbacks = List.copyOf(callbacks);
    }

    @Override
    public Platform platform() {
      return Platform.WECHAT;
    }

    @Override
    public String payer() {
      return appId;
    }

    @Override
    public String toString() {
      return "MiniProgram[" + name + "]";
    }
  }

  /// Short messages over Aliyun.
  record AliyunSms(String name, String url, String keyId, String keySecret) implements Account {
    @Override
    public Platform platform() {
      return Platform.ALIYUN_SMS;
    }

    @Override
    public String payer() {
      return keyId;
    }

    @Override
    public String toString() {
      return "AliyunSms[" + name + "]";
    }
  }

  /// Short messages over Tencent Cloud.
  ///
  /// @param sdkAppId the SMS application, `1400006666`
  /// @param region `ap-guangzhou`
  record TencentSms(
      String name, String url, String secretId, String secretKey, String sdkAppId, String region)
      implements Account {
    @Override
    public Platform platform() {
      return Platform.TENCENT_SMS;
    }

    @Override
    public String payer() {
      return sdkAppId;
    }

    @Override
    public String toString() {
      return "TencentSms[" + name + "]";
    }
  }

  /// Calls by Aliyun's outbound bot (智能外呼机器人).
  ///
  /// @param instanceId of the business
  /// @param scriptId of the scene that asks us turn by turn
  /// @param callingNumbers shown to callees; the instance's when there are none
  /// @param lines calls under way at once; 0 where the platform queues them
  record AliyunCall(
      String name,
      String url,
      String keyId,
      String keySecret,
      String instanceId,
      String scriptId,
      List<String> callingNumbers,
      int lines)
      implements Account {
    public AliyunCall {
      callingNumbers = List.copyOf(callingNumbers);
    }

    @Override
    public Platform platform() {
      return Platform.ALIYUN_CALL;
    }

    @Override
    public String payer() {
      return keyId;
    }

    @Override
    public String toString() {
      return "AliyunCall[" + name + "]";
    }
  }
}
