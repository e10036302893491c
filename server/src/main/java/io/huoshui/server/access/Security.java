package io.huoshui.server.access;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.core.userdetails.UsernameNotFoundException;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.authentication.UsernamePasswordAuthenticationFilter;
import org.springframework.web.filter.OncePerRequestFilter;
import tools.jackson.databind.json.JsonMapper;

/// Which doors are open to whom.
///
/// | path | who |
/// |---|---|
/// | `POST /api/v1/events` | the holder of a source's write key (checked there, because the key names the source) |
/// | `/callbacks/**` | the platform, by signature or callback token (checked there) |
/// | `/r/*`, `/r/*/*`, `/q/*`, `/c/*` (tracked links, questionnaires, live codes) | any customer |
/// | `/health`, `/console/**` (pages without data) | anybody who can reach the port |
/// | `POST /api/v1/sidebar/session` | a member, by a login code of the platform (checked there) |
/// | `/api/v1/sidebar/**` | the session that gave: one guide's customers |
/// | what [#OF_STORES] lists | also a token of stores, which sees what belongs to them |
/// | everything else | an admin token, a console session, or a command on this machine |
@Configuration(proxyBeanMethods = false)
class Security {
  static final String COOKIE = "huoshui_session";

  /// Each of these looks at [Scope]; what does not is not open to a token of stores.
  private static final String[] OF_STORES = {
    "/api/v1/stores",
    "/api/v1/guides",
    "/api/v1/bindings",
    "/api/v1/bindings/**",
    "/api/v1/guides/*/tasks",
    "/api/v1/guide-board",
    "/api/v1/guide-tasks/move",
    "/api/v1/replies",
    "/api/v1/replies/open",
    "/api/v1/takings",
    "/api/v1/takings/open"
  };

  @Bean
  SecurityFilterChain chain(HttpSecurity http, Access access, AnswerStore answers, JsonMapper json)
      throws Exception {
    answers.forget();
    return http.csrf(AbstractHttpConfigurer::disable)
        .formLogin(AbstractHttpConfigurer::disable)
        .httpBasic(AbstractHttpConfigurer::disable)
        .logout(AbstractHttpConfigurer::disable)
        .requestCache(AbstractHttpConfigurer::disable)
        .anonymous(AbstractHttpConfigurer::disable)
        .sessionManagement(s -> s.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
        .headers(
            h ->
                h.contentSecurityPolicy(
                        c ->
                            c.policyDirectives(
                                "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src"
                                    + " 'self' data:; frame-ancestors 'none'"))
                    .referrerPolicy(
                        r ->
                            r.policy(
                                org.springframework.security.web.header.writers
                                    .ReferrerPolicyHeaderWriter.ReferrerPolicy.NO_REFERRER)))
        .authorizeHttpRequests(
            a ->
                a.requestMatchers(HttpMethod.POST, "/api/v1/events")
                    .permitAll()
                    .requestMatchers(
                        "/callbacks/**",
                        "/r/*",
                        "/r/*/*",
                        "/q/*",
                        "/c/*",
                        "/c/*/mini",
                        "/health",
                        "/",
                        "/console",
                        "/console/**",
                        "/error")
                    .permitAll()
                    .requestMatchers(HttpMethod.POST, "/api/v1/sidebar/session")
                    .permitAll()
                    .requestMatchers("/api/v1/sidebar/**")
                    .hasRole("GUIDE")
                    .requestMatchers(OF_STORES)
                    .hasAnyRole("ADMIN", "STORE")
                    .anyRequest()
                    .hasRole("ADMIN"))
        .exceptionHandling(
            e ->
                e.authenticationEntryPoint((_, response, _) -> refuse(response))
                    .accessDeniedHandler((_, response, _) -> refuse(response)))
        .addFilterBefore(new TokenFilter(access), UsernamePasswordAuthenticationFilter.class)
        .addFilterAfter(new Idempotency(answers, json), AuthorizationFilter.class)
        .build();
  }

  /// There are no passwords; without this, one would be made up and logged.
  @Bean
  UserDetailsService nobody() {
    return name -> {
      throw new UsernameNotFoundException(name);
    };
  }

  private static void refuse(HttpServletResponse response) throws IOException {
    response.setStatus(401);
    response.setContentType("application/problem+json;charset=UTF-8");
    response
        .getWriter()
        .write(
            """
            {"type":"about:blank","title":"Unauthorized","status":401,"code":"no_access",\
            "detail":"This call needs an admin token, or a console session.",\
            "allowed":"Authorization: Bearer hsa_…","next":"./huoshui serve prints a one-time link into the console."}\
            """);
  }

  /// Recognises the token in `Authorization`, or the session in the cookie. A cookie may only
  /// change things when the console's own header comes with it, which no other site can add.
  private static final class TokenFilter extends OncePerRequestFilter {
    private final Access access;

    TokenFilter(Access access) {
      this.access = access;
    }

    @Override
    protected void doFilterInternal(
        HttpServletRequest request, HttpServletResponse response, FilterChain chain)
        throws ServletException, IOException {
      String path = request.getRequestURI();
      if (!path.equals("/api/v1/events")) {
        scoped(request);
        holder(request)
            .ifPresent(
                who ->
                    SecurityContextHolder.getContext()
                        .setAuthentication(
                            UsernamePasswordAuthenticationToken.authenticated(
                                who, "", List.of(new SimpleGrantedAuthority("ROLE_ADMIN")))));
      }
      chain.doFilter(request, response);
    }

    /// Somebody who sees only part of the brand.
    private void scoped(HttpServletRequest request) {
      String header = request.getHeader("Authorization");
      if (header == null || !header.startsWith("Bearer ")) {
        return;
      }
      access
          .scope(header.substring(7).strip())
          .ifPresent(
              scope -> {
                boolean guide = !scope.guide().isEmpty();
                var who =
                    UsernamePasswordAuthenticationToken.authenticated(
                        guide ? "guide " + scope.guide() : "store token " + scope.label(),
                        "",
                        List.of(new SimpleGrantedAuthority(guide ? "ROLE_GUIDE" : "ROLE_STORE")));
                who.setDetails(scope);
                SecurityContextHolder.getContext().setAuthentication(who);
              });
    }

    private Optional<String> holder(HttpServletRequest request) {
      String header = request.getHeader("Authorization");
      if (header != null && header.startsWith("Bearer ")) {
        return access.holder(header.substring(7).strip()).filter(kind -> !kind.equals("session"));
      }
      boolean changes = !request.getMethod().equals("GET") && !request.getMethod().equals("HEAD");
      if (changes && !"console".equals(request.getHeader("X-Requested-By"))) {
        return Optional.empty();
      }
      Cookie[] cookies = request.getCookies();
      if (cookies != null) {
        for (Cookie cookie : cookies) {
          if (cookie.getName().equals(COOKIE)) {
            return access.holder(cookie.getValue()).filter("session"::equals);
          }
        }
      }
      return Optional.empty();
    }
  }
}
