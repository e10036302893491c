-- What people have to see to and no rule asks for, as long as it lasts.
create table incident (
  name  text primary key,
  kind  text not null,
  since timestamptz not null,
  value double precision,
  -- {"title": {"zh", "en"}, "what": {…}, "next": {…}}
  words jsonb not null
);

-- Whether a route is told of them, besides the alerts that name it.
alter table alert_route add column incidents boolean not null default true;

-- Pictures of codes whose platform answers the picture itself and keeps none (小程序码).
create table live_code_picture (
  code  text primary key,
  type  text not null,
  bytes bytea not null
);
