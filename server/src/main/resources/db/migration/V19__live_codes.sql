-- Live codes as people wrote them; every version is kept.
create table live_code (
  name         text not null,
  version      int not null,
  body         jsonb not null,
  written      text not null,
  who          text not null,
  published_at timestamptz not null default now(),
  primary key (name, version)
);

create table live_code_ended (
  name     text primary key,
  who      text not null,
  ended_at timestamptz not null
);

-- What stands for a code at the platform. A config id that is lost can never be changed again, so the
-- row is made before the platform is asked, and completed from its list after a crash in between.
-- guide '' is the code that names several, pushed ahead of exhaustion.
create table live_code_way (
  code      text not null,
  variant   text not null,
  guide     text not null,
  slot      int not null,
  state     text not null,
  config_id text unique,
  qr        text not null default '',
  named     text not null default '',
  asked_at  timestamptz not null,
  made_at   timestamptz,
  why       text not null default '',
  primary key (code, variant, guide, slot)
);

-- How many each guide took on a day of the brand's zone: one row per code and day, locked by whoever
-- counts. tally is {guide: {taken, owed}}.
create table live_code_day (
  code   text not null,
  day    date not null,
  taken  int not null default 0 check (taken >= 0),
  opened int not null default 0,
  full_  int not null default 0,
  tally  text not null default '{}',
  primary key (code, day)
);

-- A place with one guide that is kept for whoever opened the page.
create table live_code_seat (
  id          bigint generated always as identity primary key,
  code        text not null,
  variant     text not null,
  day         date not null,
  guide       text not null,
  slot        int not null,
  fallback    boolean not null,
  visitor     text not null,
  ticket      text,
  person      text,
  reserved_at timestamptz not null,
  lease_until timestamptz not null,
  state       text not null check (state in ('held', 'added', 'lapsed')),
  customer    text,
  -- Whether it is certain that who came is who opened the page.
  sure        boolean not null default false
);
create unique index live_code_seat_visitor on live_code_seat (code, visitor) where state = 'held';
create unique index live_code_seat_slot on live_code_seat (code, variant, guide, slot) where state = 'held' and slot > 0;
create index live_code_seat_lease on live_code_seat (lease_until) where state = 'held';
create index live_code_seat_guide on live_code_seat (code, guide, reserved_at) where state = 'held';

-- Who came, once each.
create table live_code_add (
  guide    text not null,
  customer text not null,
  added_at timestamptz not null,
  code     text not null,
  variant  text not null,
  day      date not null,
  seat     bigint,
  over     boolean not null,
  primary key (guide, customer, added_at)
);
create index live_code_add_code on live_code_add (code, day);

-- One welcome per welcome code: what has to be said by when, and what came of it.
create table welcome (
  welcome_code text primary key,
  guide        text not null,
  customer     text not null,
  code         text not null,
  variant      text not null,
  added_at     timestamptz not null,
  arrived_at   timestamptz not null,
  deadline     timestamptz not null,
  state        text not null check (state in ('waiting', 'sent', 'failed', 'missed', 'none')),
  tries        int not null default 0,
  next_at      timestamptz not null,
  reason       text not null default '',
  finished_at  timestamptz,
  slot         int not null default 0,
  counted      boolean not null default false,
  told         boolean not null default false
);
create index welcome_uncounted on welcome (added_at) where not counted;
create index welcome_untold on welcome (finished_at) where not told and state <> 'waiting';
create index welcome_waiting on welcome (next_at) where state = 'waiting';
create index welcome_code_added on welcome (code, added_at);

-- What is done for whoever came once the welcome is settled: each with its own tries.
create table welcome_chore (
  id       bigint generated always as identity primary key,
  guide    text not null,
  customer text not null,
  code     text not null,
  kind     text not null check (kind in ('remark', 'tags')),
  value    text not null,
  state    text not null check (state in ('waiting', 'done', 'failed')),
  tries    int not null default 0,
  next_at  timestamptz not null,
  reason   text not null default '',
  made_for text not null,
  unique (made_for, kind)
);
create index welcome_chore_waiting on welcome_chore (next_at) where state = 'waiting';

-- 包裹卡: one card per parcel, good once.
create table live_code_ticket (
  ticket     text primary key,
  code       text not null,
  order_id   text not null,
  buyer      jsonb not null,
  made_at    timestamptz not null default now(),
  used_at    timestamptz,
  guide      text,
  customer   text,
  sure       boolean not null default false,
  refused    int not null default 0,
  told       boolean not null default false,
  unique (code, order_id)
);
