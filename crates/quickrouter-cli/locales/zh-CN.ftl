### 命令行的中文文案。与 en.ftl 的消息和变量一一对应。

warning = 警告：{ $text }
error = 错误：{ $text }
hint = 提示：{ $text }

## 初次使用

welcome =
    quickrouter { $version }：通过 QuickRouter 的 Replicate 接口生成图片

    先试一试，无需令牌，也不产生费用：
      quickrouter generate "黄昏时的灯塔" --emulator
    有了令牌之后：
      quickrouter auth login
      quickrouter generate "黄昏时的灯塔" --dry-run
    模型：quickrouter models    自检：quickrouter doctor
    其他一切：quickrouter --help    English: quickrouter --lang en

## 失败

key-how = 在 QuickRouter 控制台创建令牌，然后用 `quickrouter auth login` 保存，或设置 { $variable }
key-missing = 缺少 API 令牌
key-not-needed = --emulator 不需要令牌
nothing-created = 没有创建任何预测
of-prediction = 涉及的预测是 { $id }
saved-so-far = 已保存目前的输出：{ $files }
unread-kept = 完整的响应保存在 { $file }
unread-not-kept = 完整的响应无法保存：{ $why }
upload-of = 涉及的文件是 --{ $flag } { $file }
without-an-id = 网关没有给出预测的 ID；其输出位于：

## 命令自己的消息

fact-at-least = 不小于 { $least }
fact-at-most = 不大于 { $most }
fact-default = 默认值：{ $value }
fact-model-default = 模型自带的默认值：{ $value }
fact-multiple = { $step } 的倍数
fact-range = { $least } 到 { $most }
fact-required = 必填
fact-values = 可选值：{ $values }
models-name = 名称
models-short = 简称
models-version = 版本
models-inputs = 输入
models-description = 说明
sheet-version = 版本：{ $version }
sheet-output = 输出：{ $media_type }
sheet-inputs = 输入：
sheet-rules = 规则：
gateway-key-missing = 缺少网关的 API 令牌
gateway-key-how = 请设置 { $variable }，或将令牌放入文件并用 --key-file 指定
key-file-check = 请检查 --key-file
key-file-stdin = 令牌文件 - 不能是标准输入
key-file-how-stdin = 请改用 /dev/stdin，或检查 --key-file
key-file-unreadable = 无法读取令牌文件 { $file }：{ $error }
key-file-encoding = 令牌文件 { $file } { $why }
key-file-empty = 令牌文件 { $file } 是空的
key-file-fill = 请将令牌放入该文件
encoding-utf32 = 是 UTF-32 编码（请另存为 UTF-8）
encoding-unmarked = 是没有字节顺序标记的 UTF-16 编码（请另存为 UTF-8）
encoding-not-utf8 = 从第 { $at } 字节起不是 UTF-8 编码（请另存为 UTF-8）
encoding-damaged = 是已损坏的 UTF-16 编码（请另存为 UTF-8）
stdin-unreadable = 无法从标准输入读取 { $what }：{ $error }
stdin-encoding = 来自标准输入的 { $what } { $why }
stdin-twice = PROMPT 和 --input 不能都从标准输入读取
prompt-empty = 提示词是空的，而图片仍会计费
prompt-blank = 提示词只有空白，而图片仍会计费
prompt-how = 请写出提示词，或加上 --allow-empty-prompt
prompts-differ = PROMPT 与 --prompt 不一致
prompts-how = 请去掉其中之一
inputs-unknown = 该模型没有文档，不知道有哪些输入
inputs-how = 请用 --input 给出输入（没有输入则写 --input '{"{"}{"}"}'）
input-unreadable = 无法读取 { $place }：{ $error }
input-encoding = 文件 { $place } { $why }
input-rounded = { $place } 中的 { $number } 会被舍入
input-no-object = { $place } 不是 JSON 对象
input-no-json = { $place } 不是 JSON：{ $error }
input-example = 请写成 {"{"}"prompt": "一座灯塔"{"}"} 这样
exact-numbers = 整数在 { $least } 到 { $most } 之间才精确
flag-rounded = --{ $flag }：{ $number } 会被舍入
of-flag = 参数 --{ $flag }：{ $problem }
folder-other = 请换一个文件夹
warning-of-input = 输入 { $input }：{ $text }
uploading = 正在上传 --{ $flag } { $file }（{ $size }）
deadline-upload = 上传尚未完成，期限已到
export-failed = 无法写出 { $variable }：{ $error }
stdout-failed = 无法写入标准输出：{ $error }
no-runtime = 无法启动运行时：{ $error }
interrupted = 已中断
interrupted-at = 在处理预测 { $id } 时中断，该预测没有取消
interrupted-canceled = 已中断；已请求取消预测 { $id }，其状态为 { $status }
interrupted-if-accepted = 如果已被接受，它仍在运行并会计费
interrupted-over = 在预测 { $id } 完成之后中断
interrupted-over-without-id = 在预测完成之后中断
interrupted-twice = 两次中断：不清楚预测 { $id } 是否已取消
interrupted-unanswered = 在收到创建请求的响应之前中断
interrupted-unconfirmed = 已中断；已请求取消预测 { $id }，但没有得到确认（{ $why }）
interrupted-upload = 在上传 --{ $flag } { $file } 时中断
interrupted-waiting = 已中断：最多再等 { $seconds } s 接收创建请求的响应，以便取消；再次中断则立即退出
no-outputs = 预测没有产生任何输出
recovered = 创建请求没有得到可用的响应；已从列表中找回对应的预测
outputs-missing = { $requested } 个输出中缺少 { $missing } 个
outputs-missing-because = { $requested } 个输出中缺少 { $missing } 个：{ $reason }
output-data = 数据：{ $media_type } { $size }
output-failed = 失败：{ $error }
output-undecodable = 无法解码：{ $reason }（{ $size }）
outputs-deleted = 输出已被删除
prediction-error = 错误：{ $error }
save-early = 预测 { $id } 的状态为 { $status }，输出还不完整
save-early-how = 请先用 `quickrouter predictions wait { $id }` 等待完成，再保存
progress-of = 预测 { $id }
progress-line = 预测 { $id }：{ $state }
progress-status = 状态 { $status }
progress-left = 状态 { $status }，约剩 { $left } s
progress-steps = 状态 { $status }，第 { $step }/{ $steps } 步
progress-steps-left = 状态 { $status }，第 { $step }/{ $steps } 步，约剩 { $left } s
progress-pass = 状态 { $status }，第 { $pass } 轮第 { $step }/{ $steps } 步
progress-pass-left = 状态 { $status }，第 { $pass } 轮第 { $step }/{ $steps } 步，约剩 { $left } s
next-cancel = `quickrouter predictions cancel { $id }` 可再次请求取消
next-get = `quickrouter predictions get { $id }` 可查看其状态
next-list = `quickrouter predictions list` 可列出预测
next-save = `quickrouter predictions save { $id }` 可重新保存（--output DIR 保存到别处，--overwrite 覆盖已有文件）
next-save-in-time = 在输出过期之前，可用 `quickrouter predictions save { $id }` 保存
next-wait = `quickrouter predictions wait { $id }` 可继续等待
emulator-notice = 模拟器：图片是在本机绘制的占位图，不产生费用
emulator-not-started = 模拟器未能启动：{ $why }
emulator-failed = 模拟器已停止：{ $why }
emulator-serving = 模拟器：运行中，直到被中断；图片是占位图，不产生费用
emulator-page = 模拟器：页面位于 { $url }
emulator-state = 模拟器：状态保存在 { $folder }；此前已接受 { $creates } 个创建请求
emulator-stopping = 模拟器：正在停止；进行中的请求还有片刻可以完成
emulator-stopped = 模拟器：已停止；共接受 { $creates } 个创建请求
emulator-open = 模拟器接受其他机器的连接；它的页面以及 /emulator/ 之下的一切都不需要令牌：能访问它的人都可以查看提示词和图片，并设置故障
emulator-cors = 本机浏览器中打开的任何页面都能使用模拟器：没有 --key 的 --cors 接受任何令牌
emulator-replaying = 模拟器：回放 { $folder } 中的 { $count } 个录制
recordings-skipped = { $folder } 中有 { $count } 个录制不完整，已跳过
fault-invalid = 参数 --fault { $fault }：{ $error }
faults-unreadable = 无法读取 --faults { $file }：{ $error }
faults-encoding = 文件 --faults { $file } { $why }
faults-invalid = 文件 --faults { $file }：{ $error }
models-unusable = 文件 --models { $file }：{ $error }
models-encoding = 文件 --models { $file } { $why }
models-large = 文件 --models { $file } 超过 { $limit } 字节的上限
models-folder-empty = 文件夹 --models { $folder } 中没有 .json、.yaml 或 .yml 文件
recorder-not-started = 录制器未能启动：{ $why }
recorder-failed = 录制器已停止：{ $why }
recorder-bills = 请求会转发到 { $upstream }，每个创建请求都会在那里计费；预测保存在 { $folder }
recorder-started = 录制器：录制中，直到被中断；客户端只能使用上面的令牌
recorder-stopping = 录制器：正在停止；运行中的预测还有片刻可以完成
recorder-stopped-at-once = 已立即停止；运行中的预测的录制不完整
recorder-stopped = 录制器：已停止；共向网关发送 { $creates } 个创建请求
recorder-creating = 录制器：第 { $number } 个创建请求发送到网关，由其计费：{ $target }
recorder-recorded = 录制器：已录制 { $path } 和 { $files } 个文件
recorder-incomplete = 录制器：{ $path } 无法回放：{ $why }
recorder-recovered = 录制器：已在网关找到第 { $number } 个创建请求：预测 { $prediction }
recorder-notice = 录制器：{ $notice }
import-failed = 导入失败：{ $why }
import-skipped = 已跳过 { $exchange }
import-incomplete = 无法回放：{ $recording }

## 帮助中的标题

heading-faults = 故障
heading-limits = 限制
heading-models = 模型
heading-personality = 模拟对象
heading-recording = 录制
heading-replay = 回放
heading-settings = 设置

## 设置

arg-allow_http = 允许通过明文 http 把令牌发给其他机器
arg-base_url = 网关的基础地址，包含前缀，不含 /v1 [默认：QuickRouter 的地址]
arg-key_file = 只存放 API 令牌的文件；此参数优先于 QUICKROUTER_API_KEY，对应的环境变量则不然
arg-lang = 消息和帮助的语言：en 或 zh [默认：取自系统语言环境]
arg-quiet = 不显示进度；警告和错误仍会显示
arg-verbose = 在 stderr 显示请求与重试，绝不显示令牌；-vv 效果相同

## 命令

help-quickrouter = 通过 QuickRouter 的 Replicate 接口生成图片

help-generate = 根据提示词生成图片并保存
    .long =
        使用 { $model } 根据提示词生成图片并保存。

        保存的文件路径逐行写到 stdout，其余信息都写到 stderr。
help-run = 运行任意模型并保存其输出
    .long =
        运行任意模型并保存其输出。

        保存的文件路径逐行写到 stdout，其余信息都写到 stderr。有文档的模型，每个输入都有对应的参数（`quickrouter run MODEL --help`）。其他模型只能用 --input 给出输入，写作 owner/name、owner/name:version，或 64 位十六进制的版本号。

arg-allow_empty_prompt = 允许发送空白提示词；默认会当作笔误拒绝
arg-cancel_after = 请网关在超过这段时间仍未完成时取消预测（至少 { $cancel_after_min }s）
arg-emulator = 使用临时模拟器：无需令牌，无需联网，不产生费用，图片仅为占位图
arg-input = 以 JSON 对象给出输入；@FILE 从文件读取，- 从标准输入读取。单独的参数优先
arg-json = 输出一个 JSON 文档而不是路径：{"{"}"prediction", "files"{"}"}，失败时另有 "error"
arg-output = 保存文件的文件夹；不存在则创建
arg-overwrite = 覆盖已有文件；默认不覆盖
arg-prefer_wait = 请网关等预测完成或这段时间（1s 至 { $prefer_wait_max }s）过去后再响应：请求更少，但在此之前没有可用来取消的 ID
arg-timeout = 时限，例如 90s、10m 或 1h30m；超过后会请求取消

help-predictions = 管理已有的预测
    .after = 给出多个 ID 时会逐个处理；退出码取第一个失败的结果。
help-predictions-get = 查看预测：ID、状态、模型和时间，以及输出
    .json = 按网关返回的原样输出每个预测，每行一个 JSON 文档
help-predictions-wait = 等待预测完成，然后显示
    .json = 按网关返回的原样输出每个预测，每行一个 JSON 文档
    .timeout = 每个预测的时限，例如 90s、10m 或 1h30m
help-predictions-cancel = 请求取消预测，然后显示
    .json = 按网关返回的原样输出每个预测，每行一个 JSON 文档
help-predictions-list = 列出预测，最新的在前
    .json = 按网关返回的原样输出每个预测，每行一个 JSON 文档
help-predictions-save = 保存预测的输出；路径逐行写到 stdout
arg-ids = 预测的 ID
arg-limit = 最多列出多少个预测；0 表示全部

help-models = 列出有文档的模型，或显示某个模型的输入
    .json = 改为输出各个输入的 JSON Schema
arg-model = 模型的全名或简称

help-serve = 运行模拟器：在本机代替网关，不产生费用
    .after =
        stdout 的前两行可以由 shell 执行：
          export QUICKROUTER_BASE_URL=...
          export QUICKROUTER_API_KEY=...
        它会一直运行到被中断，然后以退出码 0 结束。
arg-answers_created = 接受创建请求时返回的 HTTP 状态码
arg-any_model = 接受任意模型：未知的模型可以带任意输入
arg-cors = 允许其他网站的页面使用该接口（CORS）；设置 --key 后仅限持有它的页面
arg-creates_per_minute = 每分钟最多创建多少个预测
arg-else_draw = 与 --replay 合用：没有录制的内容由模拟器绘制
arg-errors = 错误的格式
arg-fault = 要注入的故障，例如 {"{"}"on": {"{"}"route": "create", "nth": 1{"}"}, "do": {"{"}"answer": {"{"}"status": 429{"}}}"}；可以重复
arg-fault_seed = 带概率的故障所用的随机种子；优先于文件中的种子
arg-faults = 故障文件：{"{"}"seed": N, "faults": [...]{"}"}
arg-forwarded = 位于反向代理之后时，URL 采用 X-Forwarded-Proto、-Host、-Port 和 -Prefix
arg-honours_cancel_after = 如何处理 Cancel-After 头
arg-honours_prefer = 如何处理 Prefer: wait 头
arg-host = 监听的地址；localhost 表示两个回环地址；回环以外的地址会让其他机器也能访问
arg-key = 只接受这一个令牌，可自行指定；不设置则接受任何非空令牌
arg-models = 内置模型以外的模型：JSON 或 YAML 文件（接口返回的模型信息也可以），或这类文件所在的文件夹；可以重复
arg-personality = 要模拟的网关：Replicate 本身，或一个中转站：以 200 响应、错误信息为中文、丢弃响应头、只转发 QuickRouter 文档中的接口、URL 指向别的域名
arg-port = 监听的端口；0 表示任选一个空闲端口
arg-price = 每张图片的价格，用于页面上的合计；也可以在页面上设置
arg-rate_limits = 每分钟的请求数限制
arg-record = 把请求转发给真实网关（会计费），并把每个预测保存在此文件夹；网关的令牌取自 QUICKROUTER_API_KEY 或 --key-file，客户端使用本次运行随机生成的令牌
arg-relays_all = 提供哪些接口
arg-replay = 用此文件夹中的录制内容响应创建请求：模型、版本和输入相同的录制会重现；没有录制的创建请求返回 404
arg-state = 用来保存预测、文件、推送、模型和计数的文件夹，模拟器重启后仍然有效；需要时会创建
arg-strict_inputs = 拒绝模型没有的输入；默认与 Replicate 一样忽略它们
arg-time_scale = 运行速度是网关的多少倍；0 表示预测立即完成
arg-upstream = 要录制的网关的基础地址，包含前缀，不含 /v1
arg-urls_elsewhere = 响应中的 URL 指向哪里

help-recordings = 管理预测的录制
help-recordings-import = 把录制的 HTTP 请求与响应转换为录制文件；路径逐行写到 stdout
    .long =
        把录制的 HTTP 请求与响应转换为录制文件；路径逐行写到 stdout。

        文件内容是 JSON 列表，每项为 {"{"}"method", "uri", "request_headers", "request_body", "status", "headers", "body"{"}"}。每个成功的创建请求都会成为一个录制；不会下载任何内容，也不会覆盖任何文件。
    .output = 存放录制的文件夹；不存在则创建
arg-files = 录制的请求与响应文件

## auth 与 config

## balance

## 价格、--dry-run 与限额

## doctor

## 预览、表格与进度

## again、rescue、--detach 与 @ID

## scaffold 与 explain

## 用法错误

## SDK 的错误

sdk-api = { $operation } 返回 HTTP { $status }
sdk-api-said = { $operation } 返回 HTTP { $status }：{ $said }
sdk-another-output = 另一个输出：{ $reason }
sdk-at-url = { $reason }（地址 { $url }）
sdk-because = { $what }，原因：{ $error }
sdk-body = 响应内容：{ $body }
sdk-cancel-pending = 已请求取消，但尚未确认，当前状态为 { $status }
sdk-cancel-unconfirmed = 已请求取消，但没有得到确认（{ $why }）
sdk-canceled = 已请求取消并得到确认：状态为 { $status }
sdk-candidates = 再次发送之前，请先检查 { $ids }
sdk-check-network = 请检查基础地址和网络
sdk-check-predictions = 再次发送之前，请先检查已有的预测
sdk-continues = 它仍在运行：可继续等待，或将其取消
sdk-deadline = { $time } 的期限已到，预测 { $id } 的状态仍为 { $status }
sdk-deadline-no-status = { $time } 的期限已到，预测 { $id } 还没有状态
sdk-deadline-unseen = { $time } 的期限已到，还没有见到预测 { $id }
sdk-ended = 预测 { $id } 以 { $status } 状态结束
sdk-ended-without-id = 预测以 { $status } 状态结束
sdk-fewer-requests = 请减少同时发送的请求，或放宽期限
sdk-file = 文件 { $path }：{ $reason }
sdk-folder = 文件夹 { $path }：{ $reason }
sdk-invalid-id = 所给的 "{ $text }" { $reason }
sdk-invalid-input = { $model } 的输入无效，没有发送任何请求：
sdk-invalid-input-one = { $model } 的输入无效，没有发送任何请求：{ $violation }
sdk-last-poll-failed = 最近一次查询失败：{ $why }
sdk-list-not-relayed = 该网关不转发预测列表，再次发送之前请先核对账户的扣费记录
sdk-may-be-billed = 它可能正在运行并计费
sdk-may-run-and-be-billed = 它可能仍在运行并计费
sdk-no-candidate = 预测列表中还没有它：再次发送之前请再检查一次
sdk-no-output = 预测 { $id } 没有输出
sdk-no-output-without-id = 预测没有输出
sdk-no-response = { $operation } 没有得到响应：{ $cause }
sdk-not-saved = 预测 { $id } 有输出未能保存：{ $reason }
sdk-not-saved-without-id = 有输出未能保存：{ $reason }
sdk-not-sent = { $operation } 没有发送：{ $cause }
sdk-others-saved = 另有 { $count } 个已保存
sdk-outcome-unknown = 创建请求已发送，但结果未知：{ $cause }
sdk-poll-again = 请再次查询
sdk-request-id = 请求编号 { $id }
sdk-runs-on = 预测可能仍在运行并计费：请继续等待
sdk-search-failed = 再次发送之前，请先检查已有的预测（查找失败：{ $why }）
sdk-status = HTTP 状态码 { $status }
sdk-status-body = HTTP 状态码 { $status }，响应内容：{ $body }
sdk-try-again = 请重试
sdk-try-and-check = 请重试，并检查基础地址
sdk-unexpected = { $operation } 返回 HTTP { $status }，但内容不符合预期：{ $reason }
sdk-unknown-reason = 原因不明
sdk-violation = 输入 { $field }：{ $value } { $limit }
sdk-violation-without-value = 输入 { $field }：{ $limit }
reason-key-from-program = 由程序传入
reason-key-in-variable = 来自环境变量 { $variable }
reason-key-in-file = 来自 { $flag } { $file }
reason-key-in-file-of-variable = 来自 { $variable } 指定的文件 { $file }
reason-key-missing = 缺少 API 令牌
    .hint = 请在 { $home } 的控制台创建令牌，并放入环境变量 { $variable }
reason-key-several-lines = API 令牌（{ $source }）有多行
    .hint = 只保留令牌本身；不会解析 .env 文件
reason-key-is-header = API 令牌（{ $source }）是完整的请求头或配置项（NAME: key）
    .hint = 只保留令牌本身，去掉名称
reason-key-is-assignment = API 令牌（{ $source }）写成了 NAME=key
    .hint = 只保留令牌本身，去掉前面的名称
reason-key-has-scheme = API 令牌（{ $source }）以认证方式开头，而发送时会自动加上 Bearer
    .hint = 只保留令牌本身
reason-key-in-quotes = API 令牌（{ $source }）带有引号
    .hint = 请去掉引号；`docker run --env-file` 会保留文件中的引号
reason-key-is-placeholder = API 令牌（{ $source }）是占位符或变量名
    .hint = 请填写令牌本身
reason-key-several-words = API 令牌（{ $source }）包含空白
    .hint = 只保留令牌本身
reason-key-odd-character = API 令牌（{ $source }）的第 { $position } 个字符不可见或不是 ASCII 字符
    .hint = 请重新复制
reason-base-url-is-assignment = 基础地址 "{ $url }" 以 { $name }= 开头
    .hint = 请去掉它；默认值是 { $default }
reason-base-url-in-quotes = 基础地址 "{ $url }" 带有引号
    .hint = 请去掉引号（`docker run --env-file` 会保留文件中的引号）；默认值是 { $default }
reason-base-url-white-space = 基础地址 "{ $url }" 包含空白或不可见字符
    .hint = 默认值是 { $default }
reason-base-url-invalid = 基础地址 "{ $url }" 不是 URL
    .hint = 默认值是 { $default }
reason-base-url-scheme = 基础地址 "{ $url }" 既不是 http 也不是 https
    .hint = 默认值是 { $default }
reason-base-url-user = 基础地址包含用户名或密码
    .hint = 请单独给出 API 令牌
reason-base-url-query = 基础地址 "{ $url }" 带有查询参数或片段，基础地址不能有这些
    .hint = 默认值是 { $default }
reason-base-url-route = 基础地址 "{ $url }" 以 { $route } 结尾，而这部分由客户端添加
    .hint = 请改用 { $base }；默认值是 { $default }
reason-plain-http = 基础地址 { $url } 使用明文 http，途中任何人都能看到令牌
    .hint = 请改用 https，或用 --allow-http 允许 http
reason-user-agent = User-Agent "{ $value }" 不是有效的请求头值
reason-proxy-unusable = 环境变量 { $variable } 中的代理无法使用：{ $reason }
    .hint = 请更正或取消该变量
reason-proxy-not-utf8 = 不是 UTF-8
reason-proxy-scheme = 协议不在支持之列（{ $schemes }）
reason-proxy-white-space = 包含空白
reason-proxy-unescaped = 用户名或密码中有须作百分号编码的字符
reason-proxy-invalid = 既不是 URL，也不是“主机:端口”
reason-proxy-no-host = 没有主机名
reason-proxy-port = 端口无效
reason-proxy-host = 主机名无效
reason-proxy-number = 主机名是一个数字
reason-no-http-client = 无法创建 HTTP 客户端：{ $error }
reason-no-thread = 阻塞客户端无法启动线程：{ $error }
reason-blocking-in-async = 什么也没有发送：在异步任务中使用阻塞调用会卡住运行时
reason-webhook-secret = Webhook 密钥{ $reason }
    .hint = 请完整复制
reason-secret-empty = 为空
reason-secret-prefix = 不以 whsec_ 开头
reason-secret-only-prefix = 在 whsec_ 之后没有内容
reason-secret-not-base64 = 在 whsec_ 之后不是 base64
reason-secret-no-key = 没有内容
reason-webhook-url = Webhook "{ $url }" 不是 http 或 https 地址
reason-prefer-wait-range = 网关最多可以把响应保留 1 s 至 { $most } s，而不是 { $given }
reason-cancel-after-minimum = 网关最早在 { $least } s 之后取消，而不是 { $given }
reason-model-unknown = 没有名为 "{ $model }" 的已收录模型
    .hint = 其他模型请写作 owner/name、owner/name:version 或 64 位十六进制的版本号
reason-model-unknown-near = 没有名为 "{ $model }" 的已收录模型（是否想写 { $near }？）
    .hint = 其他模型请写作 owner/name、owner/name:version 或 64 位十六进制的版本号
reason-model-version = 模型 "{ $model }"：版本号不是 64 位十六进制数
reason-model-name = 模型 "{ $model }" 不是 owner/name、owner/name:version 或 64 位十六进制的版本号
reason-model-name-near = 模型 "{ $model }" 不是 owner/name、owner/name:version 或 64 位十六进制的版本号
    .hint = 是否想写 { $near }？
reason-header-name = "{ $name }" 不是请求头的名称
reason-header-reserved = 不能设置请求头 "{ $name }"：客户端会在需要时设置
reason-header-value = 请求头 "{ $name }" 的值不能放入请求头
reason-path-start = 路径 "{ $path }" 不以 / 开头
reason-path-slashes = 路径 "{ $path }" 包含 //，可能指向别的主机
reason-path-character = 路径 "{ $path }" 包含 "{ $character }"
    .hint = 请作百分号编码
reason-path-query-character = 路径 "{ $path }" 的查询参数包含 "{ $character }"
    .hint = 请作百分号编码
reason-path-dots = 路径 "{ $path }" 含有 . 或 ..，会离开所在的目录
reason-path-encoded = 路径 "{ $path }" 含有经过编码的 /、\ 或控制字符
reason-url-not-absolute = URL "{ $url }" 不是绝对地址
reason-url-user = URL 包含用户名或密码
    .hint = 请去掉
reason-url-scheme = URL "{ $url }" 既不是 http 也不是 https
reason-key-in-request = 请求的 URL 或请求头包含 API 令牌
    .hint = 请去掉：客户端会在允许之处发送
reason-not-a-prediction-id = 不是预测的 ID
    .hint = 请从预测或错误信息中复制
reason-not-a-file-id = 不是文件的 ID
    .hint = 请从已上传的文件中复制
reason-url-without-id = 是不含 { $route } 的 URL
    .hint = 请给出预测的 ID
reason-file-system = 系统报告：{ $error }
reason-not-a-file = 不是文件
reason-file-empty = 是空文件
reason-file-changed = 在读取时发生了变化
    .hint = 请待文件完整后再试
reason-file-changed-in-upload = 在上传过程中{ $how }
    .hint = 请待文件完整后重新上传
reason-modified = 被修改
reason-changed-size = 由 { $had } 字节变为 { $has } 字节
reason-file-too-large = 有 { $bytes } 字节，而输入最多 { $limit } 字节
    .hint = 请上传、缩小该文件，或给出其 URL
reason-folder-not-created = 无法创建：{ $error }
reason-folder-not-writable = 无法在其中创建文件：{ $error }
reason-wrong-type =
    不是{ $kind ->
        [integer] 整数
        [number] 数字
        [boolean] 布尔值（true 或 false）
       *[other] 字符串
    }
reason-not-one-of = 不是以下值之一：{ $values }
reason-below-minimum = 小于最小值 { $minimum }
reason-above-maximum = 大于最大值 { $maximum }
reason-not-multiple = 不是 { $step } 的倍数
reason-not-a-uri = 不是 URI（https://... 或 data:...）
reason-did-you-mean = { $reason }（是否想写 { $near }？）
reason-input-missing = 缺失，而 { $model } 要求填写
reason-input-unknown = 不是 { $model } 的输入；可用的输入有 { $names }
reason-input-unknown-near = 不是 { $model } 的输入（是否想写 { $near }？）
reason-inline-too-large = 包含 { $bytes } 字节的文件，而输入最多 { $limit } 字节
    .hint = 请改为给出文件路径（会自动上传），或给出 URL
reason-local-file-url = 是本机上的文件，网关无法读取
    .hint = 请给出文件路径（会发送其内容），或给出 URL
reason-breaks-rule = 违反规则：{ $rule }
reason-has-nul = 的第 { $position } 个字符是 NUL（U+0000），网关无法保存
    .hint = 请删除该字符
reason-name-has-nul = 名称含有字符 NUL（U+0000）
    .hint = 请删除该字符
reason-not-an-object = 不是由输入组成的 JSON 对象
reason-no-connection = 无法建立连接（{ $error }）
reason-untrusted = 连接不可信（{ $error }）
reason-no-proxy = 代理无法使用（{ $error }）
reason-unprocessed = 服务器没有处理该请求（{ $error }）
reason-connection-broke = 连接中断（{ $error }）
reason-cut-off = 响应不完整（{ $error }）
reason-timed-out = 未能及时收到完整的响应（{ $error }）
reason-response-too-large = 响应超过大小限制（{ $error }）
reason-response-coding = 响应无法解码（{ $error }）
reason-not-json = 响应不是 JSON（{ $error }）
reason-http-status = HTTP 状态码 { $status }
reason-http-status-said = HTTP 状态码 { $status }：{ $said }
reason-has-status = 返回的状态为 { $status }
reason-not-as-requested = 响应不是所请求的内容：{ $reason }
reason-no-response-in = { $time } 内没有响应
reason-operation-no-response-in = { $operation } 在 { $time } 内没有得到响应
reason-interrupted = 被中断
reason-operation-refused = { $operation } 被拒绝：{ $reason }
reason-operation-not-sent = { $operation } 没有发送：{ $reason }
reason-operation-no-response = { $operation } 没有得到响应：{ $reason }
reason-operation-unexpected = { $operation } 得到意外的响应：{ $reason }
reason-at-url = 地址 { $url }：{ $reason }
reason-failed = 出错：{ $error }
reason-pause-requested = 网关返回 429 并要求暂停
reason-limit-used-up = 网关的请求次数已用完（ratelimit-remaining）
reason-per-minute = 一分钟内已发送 { $count } 个，达到上限
reason-earlier-pending = 之前的请求未能及时得到响应
reason-in-flight = 正在进行的预测有 { $count } 个，达到上限
reason-queued = 未能及时排到队首
reason-stopped = 已被停止，或期限先到
reason-next-in = { $reason }；{ $time } 之后才能发送下一个
reason-no-id = 没有 ID
reason-no-status = 没有状态
reason-id-invalid = "{ $id }" 不是预测的 ID
reason-other-prediction = 内容属于另一个预测 { $id }
reason-no-results = 没有 results
reason-list-no-results = 列表中没有 results
reason-empty-pages = 连续 { $count } 页没有条目
reason-pages-circle = 游标 "{ $cursor }" 之前已返回过，分页陷入循环
reason-no-cursor = next 中没有游标
reason-no-file-id = 没有文件 ID
reason-no-file-url = 没有文件地址（urls.get）
reason-file-url-invalid = "{ $url }" 不是文件的地址
reason-response-secret = 其中的密钥{ $reason }
reason-check-key = 请检查令牌（{ $source }）
reason-redirect-not-followed = 不跟随重定向，以免泄露令牌：请把基础地址设为接口的实际地址
reason-redirect-to-not-followed = 不跟随重定向（指向 { $location }），以免泄露令牌：请把基础地址设为接口的实际地址
reason-add-credit = 请为账户充值，补足额度
reason-key-permission = 请使用有此权限的令牌
reason-uploads-not-relayed = 该网关不转发文件上传：请缩小文件（输入最多 { $limit } 字节），或给出其 https 地址
reason-upload-too-large = 文件对该网关来说太大：请缩小文件（输入最多 { $limit } 字节），或给出其 https 地址
reason-not-relayed = 该网关不转发 { $operation }
reason-check-prediction-id = 请检查 ID；预测的内容只保留 { $minutes } 分钟
reason-check-file-id = 请检查 ID；上传的文件只保留 { $hours } 小时
reason-check-id-or-model = 请检查 ID 或模型名称
reason-change-request = 请修改请求
reason-retry-in = 请在 { $seconds } s 后重试
reason-retry-later = 请稍后重试
reason-no-channel = 网关目前没有该模型的可用渠道：请换用其他模型，或稍后重试
reason-status-and-hint = { $reason }；提示：{ $hint }
reason-download-time = { $time } 后仍未下载完
reason-body-short = 只收到 { $total } 字节中的 { $written } 字节
reason-body-empty = 响应没有内容
reason-rest-refused = 请求文件其余部分时返回 HTTP 416
reason-part-not-requested = HTTP 206 返回了未请求的部分
reason-redirect-scheme = HTTP { $status } 重定向到非 http 或 https 的地址
reason-redirects-many = 重定向超过 { $count } 次
reason-output-gone = HTTP 状态码 { $status }；输出在 { $minutes } 分钟后删除
reason-output-url = 地址无效：{ $error }
reason-other-content = 收到的是{ $what }，而不是输出：{ $excerpt }
reason-other-content-as = 收到的是{ $what }（标为 { $media_type }），而不是输出：{ $excerpt }
reason-content-page = 网页
reason-content-text = 文本
reason-content-other = 另一种文件
reason-content-sound = 声音
reason-content-text-unreadable = 无法读取的文本
reason-content-unreadable = 无法识别的内容
reason-not-a-file-address = 不是文件的地址：{ $excerpt }
reason-output-not-a-file = 不是文件：{ $excerpt }
reason-output-failed = 该输出失败：{ $error }
reason-data-uri-comma = 是没有逗号的 data: URI
reason-data-uri-base64 = 是 base64 无法解码的 data: URI
reason-data-uri-empty = 是没有内容的 data: URI
reason-base64-invalid = base64 无法解码
reason-folder-not-made = 无法创建文件夹 { $folder }：{ $error }
reason-file-not-written = 无法写入 { $path }：{ $error }
reason-file-exists = { $path } 已存在
    .hint = 请保存到别处，或允许覆盖
reason-outputs-deleted = 输出已被删除；输出只保留 { $minutes } 分钟
reason-no-outputs = 状态为 { $status }，没有输出
reason-no-outputs-because = 状态为 { $status }，没有输出：{ $error }
reason-no-outputs-yet = 状态为 { $status }，还没有输出
    .hint = 请先等待它完成
reason-not-a-time = 不是以秒计的 Unix 时间：{ $value }
reason-header-too-long = 长 { $length } 字节，超过允许的 { $limit } 字节
reason-header-empty = 为空
reason-header-not-text = 不是文本
