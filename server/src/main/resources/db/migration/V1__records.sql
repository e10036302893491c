-- What people edit and transact. Events, positions and messages are in the engine's log.

create table source (
  name       text primary key,
  created_at timestamptz not null default now()
);

-- Only hashes: a key is shown once, when it is made.
create table write_key (
  hash       bytea primary key,
  source     text not null references source (name),
  created_at timestamptz not null default now(),
  revoked_at timestamptz
);

create table access_token (
  hash       bytea primary key,
  kind       text not null check (kind in ('admin', 'session')),
  created_at timestamptz not null default now(),
  expires_at timestamptz
);

-- Every version of every definition, as it was published into the log.
create table definition (
  kind         text not null,
  name         text not null,
  version      int  not null,
  body         jsonb not null,
  source_text  text,
  published_at timestamptz not null default now(),
  primary key (kind, name, version)
);

create table coupon (
  code       text primary key,
  template   text not null,
  profile    int  not null,
  journey    text not null,
  value_fen  bigint not null check (value_fen > 0),
  issued_at  timestamptz not null,
  expires_at timestamptz not null,
  order_id   text,
  redeemed_at timestamptz
);
create index coupon_by_profile on coupon (profile);

-- An answer given once is given again to the same Idempotency-Key.
create table idempotency (
  key        text not null,
  path       text not null,
  body_hash  bytea not null,
  status     int not null,
  answer     text not null,
  created_at timestamptz not null default now(),
  primary key (key, path)
);

-- Who looked at what in full, and who changed what.
create table audit (
  id     bigint generated always as identity primary key,
  at     timestamptz not null default now(),
  who    text not null,
  action text not null,
  what   text not null
);
