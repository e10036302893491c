-- Tags on platforms. A customer is the number of their identifier in the log: nothing here says who
-- they are, and an erased identifier can not be called any more.

create table tag_sync (
  name          text primary key,
  platform      text not null check (platform in ('wecom', 'wechat')),
  tag_group     text not null,
  tag           text not null,
  -- The platform's own; null until it was found or made there.
  tag_id        text,
  audience      text,
  rule          text,
  mode          text not null check (mode in ('out', 'both')),
  every_seconds int check (every_seconds > 0),
  look_seconds  int not null check (look_seconds > 0),
  state         text not null default 'idle' check (state in ('idle', 'asked', 'running', 'stopped')),
  -- What the run that was asked for does besides.
  look          boolean not null default true,
  again         boolean not null default false,
  created_at    timestamptz not null,
  looked_at     timestamptz,
  begun_at      timestamptz,
  ended_at      timestamptz,
  wanted        int not null default 0,
  put_on        int not null default 0,
  taken_off     int not null default 0,
  failure       text,
  failed_at     timestamptz,
  check ((audience is null) <> (rule is null)),
  unique (platform, tag_group, tag)
);

-- A platform that asked for time is left alone until then.
create table tag_platform (
  platform   text primary key,
  rest_until timestamptz,
  trouble    text,
  -- The number of the last look over all customers.
  look       int not null default 0
);

-- Who serves whom there.
create table tag_contact (
  platform text not null,
  customer int not null,
  holder   text not null,
  look     int not null,
  primary key (platform, customer, holder)
);

-- What is known to be carried there; what we mark is written here at once, for nobody calls it back.
create table tag_carried (
  sync     text not null references tag_sync (name) on delete cascade,
  customer int not null,
  holder   text not null,
  primary key (sync, customer, holder)
);

-- The platform's last word on a customer: it stands (in force) until the rule agrees with it.
create table tag_word (
  sync     text not null references tag_sync (name) on delete cascade,
  customer int not null,
  carried  boolean not null,
  in_force boolean not null,
  -- How often it changed there; makes the id of the event, so that telling twice is telling once.
  turns    int not null,
  primary key (sync, customer)
);

-- One call to make: names of syncs. Asked means that it may have been made.
create table tag_step (
  platform text not null,
  customer int not null,
  holder   text not null,
  put_on   text[] not null,
  take_off text[] not null,
  asked    boolean not null,
  primary key (platform, customer, holder)
);
create index tag_step_asked on tag_step (platform) where asked;

create table tag_refusal (
  sync       text not null references tag_sync (name) on delete cascade,
  customer   int not null,
  holder     text not null,
  code       text not null,
  why        text not null,
  refused_at timestamptz not null,
  primary key (sync, customer, holder)
);
