package io.huoshui.server.loyalty;

import io.huoshui.engine.Engine;
import io.huoshui.engine.Entry;
import io.huoshui.json.Json;
import io.huoshui.loyalty.CouponTemplate;
import io.huoshui.server.access.Audit;
import io.huoshui.server.access.Definitions;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// Kinds of coupons.
@RestController
@RequestMapping("/api/v1/coupon-templates")
class CouponResource {
  private final Engine engine;
  private final Definitions definitions;
  private final Audit audit;

  CouponResource(Engine engine, Definitions definitions, Audit audit) {
    this.engine = engine;
    this.definitions = definitions;
    this.audit = audit;
  }

  @GetMapping
  List<CouponTemplate> all() {
    return engine.ask().couponTemplates();
  }

  @PostMapping
  CouponTemplate publish(@RequestBody String body) {
    CouponTemplate template = io.huoshui.engine.Definitions.coupon(Json.parse(body));
    definitions.publish(Entry.Definition.COUPON_TEMPLATE, template.name(), body, body);
    audit.record("coupon_template_published", template.name());
    return template;
  }
}
