-- Tokens of platforms, shared by all servers on these records.
create table platform_token (
  -- HMAC of whose credentials it is.
  owner       text not null,
  kind        text not null,
  -- Counts turns to fetch; the fence of a token is the turn in which it was fetched.
  turn        bigint not null default 0,
  held_until  timestamptz not null default '-infinity',
  token_turn  bigint not null default 0,
  -- The sealed token.
  sealed      text,
  expires_at  timestamptz not null default '-infinity',
  primary key (owner, kind)
);
