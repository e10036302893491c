-- Accounts at platforms, every version as somebody set it. Only the newest version of an account
-- carries its credentials; they are sealed with the key of the personal data.
create table platform_account (
  name           text not null,
  version        int not null,
  kind           text not null,
  -- What is no secret, as JSON.
  settings       jsonb not null,
  -- Sealed JSON; null in versions that are not the newest any more.
  credentials    text,
  -- When each credential was set, as JSON: {"secret": "2026-07-01T00:00:00Z"}.
  set_at         jsonb not null,
  -- Sealed JSON of the callback keys before the last rotation, and how long they are still read.
  former         text,
  former_until   timestamptz,
  -- What happened: set, rotated, deleted.
  what           text not null,
  who            text not null,
  changed_at     timestamptz not null,
  primary key (name, version)
);
