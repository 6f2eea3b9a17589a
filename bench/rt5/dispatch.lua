-- A dispatcher gives a ticket to a county's officer. Beyond the tickets that exist it begins anew, with other values.
dofile((debug.getinfo(1, "S").source:match("@(.*/)") or "") .. "common.lua")
local turn, tickets = 0, tonumber(os.getenv("RT_TICKETS"))
wrk.method = "PUT"

function request()
  turn = turn + 1
  local pass = math.floor(turn / tickets)
  return wrk.format(nil, "/REST/2.0/ticket/" .. (turn % tickets + 1), nil, string.format(
    '{"Queue":"%s","Owner":"officer%d","Status":"open"}', queues[(turn + pass) % 4 + 1], (turn + 7 * pass) % 20 + 1))
end
