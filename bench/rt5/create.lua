-- A clerk files an appeal with caller, place and category.
dofile((debug.getinfo(1, "S").source:match("@(.*/)") or "") .. "common.lua")
local turn = 0
wrk.method = "POST"

function request()
  turn = turn + 1
  return wrk.format(nil, "/REST/2.0/ticket", nil, string.format(
    '{"Queue":"city","Subject":"case %d","Requestor":"caller%d@bench.local","Content":"noise at night, case %d",' ..
    '"CustomFields":{"Latitude":"31.98","Longitude":"120.89","Address":"road %d","Channel":"12345","CategoryCode":"01-03"}}',
    turn, turn % 500, turn, turn % 900))
end
