-- What people say about groups of customers. Who is in them is on timelines.
create table community (
  chat     text primary key,
  kind     text not null default '',
  theme    text not null default '',
  store    text not null default '',
  labels   jsonb not null default '[]',
  -- How many it takes, staff included.
  capacity int not null default 500 check (capacity between 1 and 2000),
  -- How many of its members are staff, when it was last read.
  staff    int not null default 0,
  read_at  timestamptz
);

-- The groups' own log: what happened to a group and to nobody in particular.
create table community_change (
  id   text primary key,
  chat text not null,
  at   timestamptz not null,
  what text not null,
  body jsonb not null
);
create index community_change_chat on community_change (chat, at);

-- By which rule a stage is said; one row at most.
create table community_rule (
  one  boolean primary key default true check (one),
  body jsonb not null
);

-- Plans of posts, every version as its author wrote it.
create table group_plan (
  name         text not null,
  version      int not null,
  body         jsonb not null,
  written      text not null,
  who          text not null,
  published_at timestamptz not null,
  primary key (name, version)
);

-- A plan that is paused posts nothing; what falls due meanwhile is not made good.
create table group_plan_state (
  name   text primary key,
  since  timestamptz not null,
  paused boolean not null default false
);

-- Up to when a plan's posts of a group are written down.
create table group_plan_mark (
  plan  text not null,
  chat  text not null,
  until timestamptz not null,
  primary key (plan, chat)
);

-- Dated posts: one row, and so one post, per occurrence.
create table group_post (
  plan        text not null,
  line        text not null,
  chat        text not null,
  occurrence  date not null,
  due_at      timestamptz not null,
  state       text not null,
  why         text not null default '',
  owner       text not null default '',
  text        text not null,
  not_before  timestamptz,
  platform_id text,
  decided_at  timestamptz,
  sent_at     timestamptz,
  primary key (plan, line, chat, occurrence)
);
create index group_post_open on group_post (due_at) where state in ('due', 'asked', 'taken');

-- Rules of keyword replies, every version.
create table keyword_rules (
  version      int generated always as identity primary key,
  body         jsonb not null,
  written      text not null,
  who          text not null,
  published_at timestamptz not null default now()
);

-- What was answered to which message, once.
create table group_answer (
  message text primary key,
  chat    text not null,
  person  text not null,
  rule    text not null,
  answer  text not null,
  human   boolean not null,
  at      timestamptz not null
);
create index group_answer_rule on group_answer (rule, at);

-- 大池洗小池: a run, and whom it invites where, by whom, when.
create table community_move (
  name       text primary key,
  spec       jsonb not null,
  who        text not null,
  created_at timestamptz not null,
  left_over  jsonb not null
);

create table community_invitation (
  move       text not null references community_move,
  profile    int not null,
  chat       text not null,
  guide      text not null,
  day        date not null,
  -- When the person was told to be invited.
  invited_at timestamptz,
  -- A seat is kept until then.
  holds_until timestamptz not null,
  primary key (move, profile)
);
create index community_invitation_chat on community_invitation (chat);
create index community_invitation_due on community_invitation (day) where invited_at is null;
