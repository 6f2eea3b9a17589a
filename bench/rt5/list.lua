-- A county looks at the newest twenty of its open tickets.
dofile((debug.getinfo(1, "S").source:match("@(.*/)") or "") .. "common.lua")
local turn = 0

function request()
  turn = turn + 1
  return wrk.format("GET", "/REST/2.0/tickets?query=Queue%3D%27" .. queues[turn % 4 + 1] ..
    "%27%20AND%20Status%3D%27open%27&per_page=20&orderby=Created&order=DESC" ..
    "&fields=Subject,Status,Owner,Created,Due,CustomFields")
end
