-- Shared by every workload: prints what wrk measured as one line of JSON, and can stop when there is no more to do.
-- bench/run sets the environment; each workload sets `request`, which returns the next raw request.

local ffi = require("ffi")
ffi.cdef[[
    struct bench_time { long seconds; long nanoseconds; };
    int clock_gettime(int clock, struct bench_time *time);
    int getpid(void);
    int kill(int process, int signal);
]]

local figures = {}

function figures.now()
    local time = ffi.new("struct bench_time")
    ffi.C.clock_gettime(1, time)
    return tonumber(time.seconds) + tonumber(time.nanoseconds) / 1e9
end

-- The lines of a file; at least one.
function figures.lines(name)
    local lines = {}
    for line in io.lines(os.getenv(name)) do
        lines[#lines + 1] = line
    end
    assert(#lines > 0, name .. " names an empty file")
    return lines
end

-- A raw request; wrk parses none of it.
function figures.raw(method, path, body)
    local head = method .. " " .. path .. " HTTP/1.1\r\nHost: " .. os.getenv("BENCH_HOST")
        .. "\r\nAuthorization: " .. os.getenv("BENCH_AUTHORIZATION")
    if not body then
        return head .. "\r\n\r\n"
    end
    return head .. "\r\nContent-Type: application/scim+json\r\nContent-Length: " .. #body .. "\r\n\r\n" .. body
end

-- Sends exactly `count` requests and ends the run (wrk itself only knows durations). wrk has one thread here. It asks
-- `request` once before anything is sent, only to look at the answer.
function figures.exactly(count)
    local begun, answered = 0, 0
    began, ended = 0, 0
    delay = function()
        if begun == 0 then began = figures.now() end
        if begun == count then return 3600000 end
        begun = begun + 1
        return 0
    end
    response = function()
        answered = answered + 1
        if answered == count then
            ended = figures.now()
            ffi.C.kill(ffi.C.getpid(), 2) -- SIGINT: wrk stops and reports
        end
    end
end

-- Counts answers that are not what they should be as refused, beside those wrk knows by their status.
function figures.judged(is_right)
    failed = 0
    local before = response
    response = function(status, headers, body)
        if status < 400 and not is_right(body) then failed = failed + 1 end
        if before then before(status, headers, body) end
    end
end

local the_thread

setup = function(thread)
    the_thread = thread
end

done = function(summary, latency)
    local seconds = summary.duration / 1e6
    local began, ended = the_thread:get("began") or 0, the_thread:get("ended") or 0
    if ended > began then seconds = ended - began end
    local errors = summary.errors
    io.write(string.format(
        '\n{"requests":%d,"seconds":%.6f,"p50_us":%d,"p99_us":%d,"refused":%d,"broken":%d}\n',
        summary.requests, seconds, latency:percentile(50), latency:percentile(99),
        errors.status + (the_thread:get("failed") or 0),
        errors.connect + errors.read + errors.write + errors.timeout))
end

return figures
