### 命令行的中文文案。与 en.ftl 的消息和变量一一对应。

warning = 警告：{ $text }
error = 错误：{ $text }
hint = 提示：{ $text }

## 初次使用

welcome =
    通过 QuickRouter 的 API 生成图片

    先试一试，无需令牌，也不产生费用：
     quickrouter generate "狐狸" --emulator
    有了令牌，先看再付费：
     quickrouter auth login
     quickrouter generate "狐狸" --dry-run
    出了问题：quickrouter doctor
    其他一切：quickrouter --help
    English: quickrouter --lang en

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
sheet-version = 版本：{ $version }
sheet-output = 输出：{ $media_type }
sheet-inputs = 输入：
sheet-rules = 规则：
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
stdin-large = 来自标准输入的 { $what } 超过 { $limit } 字节的上限
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
input-large = { $place } 超过 { $limit } 字节的上限
input-encoding = 文件 { $place } { $why }
input-rounded = { $place } 中的 { $number } 会被舍入
input-no-object = { $place } 不是 JSON 对象
input-no-json = { $place } 不是 JSON：{ $error }
input-example = 请写成 {"{"}"prompt": "一座灯塔"{"}"} 这样
exact-numbers = 整数在 { $least } 到 { $most } 之间才精确
flag-rounded = --{ $flag }：{ $number } 会被舍入
of-flag = 选项 --{ $flag }：{ $problem }
folder-other = 请换一个文件夹
warning-of-input = 输入 { $input }：{ $text }
uploading = 正在上传 --{ $flag } { $file }（{ $size }）
deadline-upload = 上传尚未完成，时限已到
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
interrupted-waiting = 已中断：最多再等 { $seconds } 秒接收创建请求的响应，以便取消；再次中断则立即退出
no-outputs = 预测没有产生任何输出
outputs-missing = { $requested } 个输出中缺少 { $missing } 个
outputs-missing-because = { $requested } 个输出中缺少 { $missing } 个：{ $reason }
output-data = 数据：{ $media_type } { $size }
output-failed = 失败：{ $error }
output-undecodable = 无法解码：{ $reason }（{ $size }）
outputs-deleted = 输出已被删除
prediction-error = 错误：{ $error }
save-early = 预测 { $id } 的状态为 { $status }，输出还不完整
save-early-how = 请先用 `quickrouter predictions wait { $id }` 等待完成，再保存
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
fault-invalid = 选项 --fault { $fault }：{ $error }
faults-unreadable = 无法读取 --faults { $file }：{ $error }
faults-large = 文件 --faults { $file } 超过 { $limit } 字节的上限
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

heading = { $text }：
heading-account = 账户与自检
heading-arguments = 位置参数
heading-command = 关于本命令
heading-commands = 命令
heading-environment = 环境变量
heading-exit-codes = 退出码
heading-faults = 故障
heading-inputs = { $model } 的输入
heading-limits = 限制
heading-models = 模型
heading-options = 选项
heading-pictures = 图片
heading-personality = 模拟对象
heading-recording = 录制
heading-replay = 回放
heading-settings = 设置

## 设置

arg-allow_http = 允许通过明文 http 把令牌发给其他机器
arg-base_url = 网关的基础地址，包含前缀，不含 /v1 [默认：QuickRouter 的地址]
arg-key_file = 只存放 API 令牌的文件；此选项优先于 QUICKROUTER_API_KEY，对应的环境变量则不然
arg-help = 显示帮助；-h 为简版
arg-lang = 消息和帮助的语言：en 或 zh [默认：取自系统语言环境]
arg-quiet = 不显示进度；警告和错误仍会显示
arg-verbose = 在 stderr 显示请求与重试，绝不显示令牌；-vv 效果相同
arg-version = 显示版本

## 命令

help-quickrouter = 通过 QuickRouter 的 Replicate 接口生成图片

help-aliases = [也可写作：{ $names }]
help-default = [默认：{ $value }]
help-values = [可选值：{ $values }]
help-variable = [环境变量：{ $name }]

help-help = 说明某个命令，或 `environment`、`exit-codes`
arg-topic = 命令，例如 `predictions get`；或 environment（环境变量）、exit-codes（退出码）
help-knows = 可以查看：{ $names }
help-unknown = 没有关于 { $word } 的帮助

help-completions = 输出用于 shell 自动补全的脚本
    .long =
        输出用于 shell 自动补全的脚本，可补全命令、选项、模型及其可选值。请写入：

          ~/.bashrc    eval "$(quickrouter completions bash)"
          ~/.zshrc     eval "$(quickrouter completions zsh)"
          config.fish  quickrouter completions fish | source
          $PROFILE     quickrouter completions powershell | Out-String | iex
arg-shell = shell 的名称

help-generate = 根据提示词生成图片并保存
    .long =
        使用 { $model } 根据提示词生成图片并保存。

        保存的文件路径逐行写到 stdout，其余信息都写到 stderr。
help-run = 运行任意模型并保存其输出
    .long =
        运行任意模型并保存其输出。

        保存的文件路径逐行写到 stdout，其余信息都写到 stderr。有文档的模型，每个输入都有对应的选项（`quickrouter run MODEL --help`）。其他模型只能用 --input 给出输入，写作 owner/name、owner/name:version，或 64 位十六进制的版本号。

arg-allow_empty_prompt = 允许发送空白提示词；默认会当作笔误拒绝
arg-cancel_after = 请网关在超过这段时间仍未完成时取消预测（至少 { $cancel_after_min }s）
arg-emulator = 使用临时模拟器：无需令牌，无需联网，不产生费用，图片仅为占位图
arg-input = 以 JSON 对象给出输入；@FILE 从文件读取，- 从标准输入读取。单独的选项优先
arg-json = 输出一个 JSON 文档而不是路径：{"{"}"prediction", "files"{"}"}，失败时另有 "error"
arg-output = 保存文件的文件夹；不存在则创建
arg-overwrite = 覆盖已有文件；默认不覆盖
arg-prefer_wait = 请网关等预测完成或这段时间（1s 至 { $prefer_wait_max }s）过去后再响应：请求更少，但在此之前没有可用来取消的 ID
arg-timeout = 时限，例如 90s、10m 或 1h30m；超过后会请求取消

help-other-model = 运行 { $model } 并保存其输出
input-file = [小文件作为 data URI 发送，大文件会先上传；@last 和 @ID 表示先前的输出]
json-form =
    使用 --json 时，stdout 只有一个 JSON 文档，失败时也是如此：
    {"  {"}"prediction": ..., "files": [...]{"}"}
    {"  {"}"error": {"{"}"message", "details", "hints", "kind", "code", "exit_code", "prediction_id", "request_id", "answer", "unread"{"}"}, "prediction": ... 或 null, "files": [...]{"}"}
prompt-argument = { $description }与 --{ $flag } 相同；写 - 则从标准输入读取

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
arg-quota = 所有创建请求按 --price 计费后总共可用的额度；超出则拒绝，默认不限
arg-rate_limits = 每分钟的请求数限制
arg-record = 把请求转发给真实网关（会计费），并把每个预测保存在此文件夹；网关的令牌取自 QUICKROUTER_API_KEY、--key-file 或配置档，客户端使用本次运行随机生成的令牌
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

help-auth = 保存、查看或删除配置档的 API 令牌
help-auth-login = 保存 API 令牌：在终端输入时不回显，也可从标准输入读取
    .long =
        保存 API 令牌：在终端输入时不回显，也可从标准输入读取。

        令牌保存在只有你能读取的文件中，并且只用于所属配置档的网关。--profile NAME 选择配置档；与 --base-url URL 合用则新建配置档。
    .after = 没有用来直接填写令牌的选项，因为本机的其他用户能看到命令行参数。
help-auth-status = 查看令牌保存在哪里；不会发送任何请求
    .json = 输出一个 JSON 文档
help-auth-logout = 删除 `auth login` 保存的令牌
help-config = 查看各项设置及其来源
help-config-show = 查看每项生效的设置及其来源；令牌只显示长度
    .json = 输出一个 JSON 文档
    .timeout = 运行的时限，例如 90s、10m 或 1h30m
    .output = 保存文件的文件夹
help-config-path = 输出配置文件的路径
arg-config = 配置文件 [默认：系统配置文件夹中的 config.toml]
arg-profile = 使用配置文件中的哪个配置档
arg-keyring = 把令牌保存在系统密钥环中，而不是文件中
arg-with_key_command = 不保存令牌，而保存一个能输出令牌的命令；每次需要令牌时运行，不经过 shell

source = { $kind ->
    [flag] 选项 { $name }
    [variable] 环境变量 { $name }
    [file] 配置文件中的 { $name }
    [login] 配置档 { $name } 的 `auth login`
    [locale] 系统语言环境
   *[default] 默认值
}
column-setting = 设置
column-value = 值
column-source = 来源
status-profile = 配置档
status-origin = 网关地址
status-key = 令牌
status-file = 文件
status-overrides = 覆盖
status-overrides-what = 配置档自身的令牌；只要设置了 { $name } 就不会使用它
mode-owner-only = 权限 { $mode }：仅所有者可读
mode-others-too = 权限 { $mode }：其他用户也能读取
key-length = { $characters ->
   *[other] { $characters } 个字符
}
key-printed = 由 { $program } 输出，这里没有运行它
key-unusable = 无法使用
auth-type-key = 请输入 { $origin } 的令牌（配置档 { $profile }；输入内容不会显示）：
auth-key-empty = 没有给出令牌
auth-key-pipe = 可以从文件传入：`quickrouter auth login < key.txt`
auth-key-long = 输入超过 { $bytes } 字节，不是令牌
auth-stdin-unreadable = 无法从标准输入读取令牌
auth-terminal-unreadable = 终端无法在不回显的情况下读取输入
auth-interrupted = 已中断，没有保存令牌
auth-logged-in = 配置档 { $profile } 用于 { $origin } 的令牌已保存到 { $path }，只有你能读取
auth-logged-in-keyring = 配置档 { $profile } 用于 { $origin } 的令牌已保存到系统密钥环
auth-command-kept = 配置档 { $profile } 今后通过 { $program } 获取 { $origin } 的令牌，已写入 { $path }
auth-next = `quickrouter doctor` 可检查网关是否接受该令牌
auth-variable-first = 已设置环境变量 { $variable }，它优先生效；要使用刚保存的令牌，请取消设置该变量
auth-variable-stays = 环境变量 { $variable } 仍然存在，其中的令牌会继续使用
auth-logged-out = 已删除配置档 { $profile } 的令牌
auth-no-key-kept = 配置档 { $profile } 没有保存过令牌
auth-other-origin = 配置档 { $profile } 对应 { $origin }，与 --base-url { $base_url } 不一致
auth-other-source = 配置档 { $profile } 通过 { $key } 获取令牌，因此即使保存令牌也不会使用
auth-other-source-how = 请从 { $path } 中删除该配置档的 { $key }，然后重新登录
auth-keyring-left-out = --keyring 需要启用 cargo 特性 keyring 编译的版本
config-no-folder = 没有存放设置的文件夹，通常是因为没有设置 HOME
config-no-folder-how = 请设置 HOME，或用 --config FILE 指定文件；令牌会保存在该文件旁边
config-folder-relative = XDG_CONFIG_HOME 的值 { $folder } 是相对路径，因此被忽略；请改用绝对路径，或取消设置该变量
config-unreadable = 无法读取配置文件 { $path }
config-other-file = 可用 --config FILE 指定其他文件
config-writable = 其他用户可以修改配置文件 { $path }（权限 { $mode }），而其中可以指定要运行的命令
config-writable-how = 请运行 `chmod go-w { $path }`
config-invalid = 配置文件 { $path } 有错误
config-line = 第 { $line } 行
config-key = 键 { $key }
config-unwritable = 无法写入 { $path }
config-unwritable-how = 可用 --config FILE 指定别处的文件，令牌会保存在它旁边；或设置无需文件的环境变量 { $variable }
did-you-mean = 是不是想写 { $name }？
profile-unknown = 没有名为 "{ $name }" 的配置档
profile-known = 现有配置档：{ $names }
profile-make = `quickrouter auth login --profile NAME --base-url URL` 可新建配置档
profile-name-invalid = "{ $name }" 不能用作配置档的名称
profile-name-how = 只能使用小写字母、数字、- 和 _，最多 40 个字符
base-url-from = 当前的基础地址来自 { $name }
key-of-another-origin = 配置档 { $profile } 的令牌属于 { $key_origin }，不会发送给 { $base_url_origin }
key-of-another-origin-use = 要使用 { $key_origin }，请去掉 --base-url 并取消设置环境变量 QUICKROUTER_BASE_URL
key-of-another-origin-give = 要使用 { $base_url_origin }，请用 --profile 选择该网关的配置档，或把它的令牌放入 { $variable }
stored-key-unreadable = 无法读取 { $path } 中的令牌
key-file-exposed = 保存令牌的 { $path } 可能被其他用户读取（权限 { $mode }）
key-file-exposed-how = 请运行 `chmod { $mode } { $path }`；如果令牌已被他人读取，请重新创建
keyring-failed = 系统密钥环无法使用
keyring-failed-how = 不加 --keyring 时，令牌保存在只有你能读取的文件中
key-command-not-started = 无法启动令牌命令 { $program }
key-command-failed = 令牌命令 { $program } 失败，退出码 { $code }
key-command-ended = 令牌命令 { $program } 被信号终止
key-command-timeout = 令牌命令 { $program } 未能在 { $seconds } 秒内结束
key-unusable-in = API 令牌（{ $source }）无法使用
base-url-invalid = 基础地址 { $url } 无法使用
why-no-such-file = 没有这个文件
why-folder = 这是文件夹
why-no-file = 这不是普通文件
why-too-large = 大小为 { $bytes } 字节，最多只能读取 { $limit } 字节
why-not-utf8 = 不是 UTF-8 编码；请另存为 UTF-8
why-nul = 含有 NUL 字符，可能是没有字节顺序标记的 UTF-16；请另存为 UTF-8
why-empty = 内容为空
why-too-long = 超过 { $limit } 字节
why-damaged = 内容已损坏；请用 `quickrouter auth login` 重新登录
why-no-url = 不是 URL；应类似 https://relay.example/replicate
why-not-http = 既不是 http 也不是 https
why-user = 包含用户名或密码；请去掉
why-key-in-config = 令牌不写在这里：请删除这一行，改用 `quickrouter auth login`，或指定 key-file 或 key-command
why-two-sources = 同时有 key-file 和 key-command；请删除其中一个
why-replicate = Replicate 官方没有查询额度和价格的接口；请删除 family = true
why-same-prices = { $one } 与 { $other } 是同一个模型；请只保留一个价格
why-unknown = 没有这个配置档；现有：{ $names }
why-label = 只能使用 1 到 64 个可显示字符
why-negative = 这里的金额不能为负
why-no-command = 不是命令：内容为空，或引号没有配对
why-no-slash = 必须以 / 开头
why-pattern = 模型请写作 owner/name、owner/* 或 *，其中 * 只能在末尾
why-not-positive = 必须不小于 1
key-command-output = 令牌命令 { $program } 输出的内容不是令牌

## balance

help-balance = 查询令牌在网关处的剩余额度
    .json = 输出一个 JSON 文档；金额是精确值，因此写作字符串

balance-left = 剩余：{ $left }
balance-overdrawn = 剩余：{ $left }；令牌已透支
balance-unlimited = 剩余：令牌本身不限额度，但其所属账户可能有上限
balance-not-said = 剩余：网关没有说明
balance-used = 已用：{ $used }
balance-granted = 总额：{ $granted }
balance-expires = 到期时间：{ $at }
balance-expired = 已于 { $at } 过期；网关会拒绝使用此令牌的请求
balance-units = 一个单位是网关自己的货币，相当于 { $quota } 额度。这里无从得知它是哪种货币；可在配置档中指明（currency = "CNY"）。
balance-interrupted = 已中断

amount-in-units = { $amount } 个单位
amount-of-one-unit = 1 个单位

no-usage-endpoint = { $origin }：此网关没有可以查询的额度接口
no-usage-endpoint-why = 配置档 { $profile } 没有指明它属于 QuickRouter 同类网关，因此没有向它发送任何请求
no-usage-endpoint-hint = 如果它是（new-api 或其衍生版），请在配置档中设置它的 base-url 和 family = true；Replicate 官方没有这样的接口
usage-refused = 网关拒绝了 { $path }（HTTP { $status }）
usage-not-served = 此网关不提供 { $path }（HTTP { $status }）
usage-not-served-hint = 如果额度查询接口在别处，请在配置档中指明：[profiles.NAME.usage] path = "/..."
usage-unreadable = 无法理解 { $path } 的响应
body-empty = 响应是空的
body-page = 响应是网页（HTML）而不是 JSON：可能是控制台、防火墙或其他网站
body-damaged = 响应是损坏的 JSON
body-not-json = 响应不是 JSON
misread-no-values = 响应中没有配置档额度查询接口（usage）所指的任何值
misread-negative = { $pointer } 为负数
misread-not-a-number = { $pointer } 的值 { $value } 不是数字
misread-too-large = { $pointer } 的值 { $value } 太大，无法计算
misread-not-a-boolean = { $pointer } 的值 { $value } 既不是 true 也不是 false
misread-no-list = 响应中没有记录列表
misread-bad-charge = 有一条记录没有时间，或其额度不是数字
usage-unreadable-hint = 如果额度查询接口在别处，或格式不同，请在配置档中说明：[profiles.NAME.usage]

## 价格、--dry-run 与限额

heading-cost = 费用

arg-dry_run = 显示请求、实际生效的输入和价格，不创建任何东西，也不需要令牌。形式可为 text、json 或 curl
arg-max_cost = 可能超过此费用的，或没有价格的，一律拒绝；以网关货币计的数字，例如 0.04
arg-unpriced = 设有费用上限时，没有价格的也照样运行
arg-confirm_above = 可能超过此费用的，或没有价格的，先询问
arg-yes = 需要确认时一律回答“是”
arg-cost = 按令牌在运行前后的用量，说明这次实际花费（需两次请求）[默认：设有费用限制时为 true]

amount-not-a-number = { $flag }：{ $value } 不是金额
amount-too-large = { $flag }：{ $value } 太大
amount-negative = { $flag }：{ $value } 是负数
amount-hint = 请写成 0.04 这样：用小数点，不带货币符号，不小于 0

price-per-picture =
    { $pictures ->
        [one] 价格：最多 { $most }，一张图片，依据配置档中 { $pattern } 的价格
       *[other] 价格：最多 { $most }，{ $pictures } 张图片，每张 { $each }，依据配置档中 { $pattern } 的价格
    }
price-per-call = 价格：最多 { $most }，按次计费，依据配置档中 { $pattern } 的价格
price-listed = 价格：最多 { $most }，按次计费，依据网关价格表中分组 { $group } 的价格
price-unpriced = 价格：未定价，可能花费任意金额

unpriced-not-of-the-family = 配置档 { $profile } 没有此模型的价格，也没有指明该网关属于 QuickRouter 同类网关，因此不查询其价格表；请在该网关的配置档中设置价格
unpriced-list-unavailable = 无法获取价格表：{ $why }
list-refused = 网关拒绝了请求（HTTP { $status }）：{ $text }
list-not-served = 网关没有价格表接口（HTTP { $status }）
unpriced-not-listed = 网关的价格表中没有此模型；请在配置档中设置价格
unpriced-several-entries = 网关的价格表中此模型有 { $entries } 条记录；请在配置档中设置价格
unpriced-not-per-call = 网关的价格表中此模型没有按次价格；请在配置档中设置价格
unpriced-no-usable-price = 网关价格表中的价格不可用；请在配置档中设置价格
unpriced-listed-as-zero = 网关价格表写的是 0，但不一定表示免费；请在配置档中设置价格，免费则写 0
unpriced-group-not-named = 价格取决于令牌所在的分组；请在配置档中指明（group = "..."）
unpriced-group-unknown = 网关价格表中没有分组 { $group } 的倍率；请检查配置档
unpriced-group-not-enabled = 按网关价格表，分组 { $group } 不能使用此模型
unpriced-group-chosen-by-gateway = 分组为 { $group } 的令牌，每次调用由网关自行选择实际分组，价格随之而定；请在配置档中设置价格
unpriced-no-usable-ratio = 网关价格表中分组 { $group } 的倍率不可用
unpriced-picture-count-unknown = 价格按张计，但不知道这次输入要多少张；请在配置档的价格中设置 most-pictures
unpriced-too-large = 费用太大，无法计算

cost-above = 这次可能花费 { $most }，超过上限 { $limit }
cost-above-hint = 请减少数量，或提高 --max-cost
cost-unpriced = 这次未定价，可能超过上限 { $limit }
cost-unpriced-hint = 加上 --unpriced 则照样运行
confirm-cost = 这次可能花费 { $most }，超过 { $limit } 就需要确认
confirm-unpriced = 这次未定价，可能超过 { $limit }，需要确认
confirm-ask = 确认生成吗？[y/N]
confirm-without-terminal = 没有可供询问的终端；加上 --yes 即表示确认
confirm-declined = 未确认
interrupted-before-create = 已中断；没有创建任何预测

dry-run-request = 请求：{ $method } { $url }
dry-run-upload = --{ $flag } { $file }（{ $size }）会先上传，替换 upload:to-come
dry-run-curl-upload = --{ $flag } { $file } 需要先上传；请把 { $variable } 设为它的 URL
dry-run-reference = --{ $flag } { $text } 会先取回，填入 output:to-come 处
dry-run-curl-reference = --{ $flag } { $text } 是之前某次预测的输出；请将 { $variable } 设为其 URL
dry-run-effective = 按契约，{ $model } 实际使用的输入：
dry-run-given = 输入 { $name }：{ $value }
dry-run-default = 输入 { $name }：{ $value }（默认值）
dry-run-data = { $start }...（共 { $characters } 个字符）
dry-run-nothing-sent = 试运行：没有创建任何东西
dry-run-not-quoted = 无法写出命令：{ $why }

took = 实际花费 { $amount }，依据令牌在运行前后的用量；其中可能包含使用同一令牌的其他运行
took-nothing-so-far = 依据令牌在运行前后的用量，目前尚未扣费；网关可能稍后才扣
took-unclear = 无法确定实际花费
cost-unknown = 无法得知这次的花费
usage-late = 额度查询接口在 { $seconds } 秒内没有响应

charged-certain = 网关的日志显示，令牌因这次请求被扣 { $amount }，可见网关已接受
charged-likely = 网关的日志显示，令牌此后因该模型被扣 { $amount }；很可能就是这次创建
charged-possible = 在此期间令牌被扣 { $amount }；可能是这次创建，也可能是使用同一令牌的其他运行
charged-not-so-far = 目前令牌尚未因此被扣费；网关可能稍后才扣，预测可能仍在运行
charged-unclear = 无法确定令牌是否因此被扣费
unclear-several-charges = 网关的日志中，此后该模型有 { $charges } 笔扣费
unclear-near-miss = 网关的日志中，该模型在此之前不久有一笔扣费，而网关的时钟可能与本机不同
unclear-refunded = 网关的日志中，此后该模型有一笔退款
unclear-other-charges = 网关的日志中，此后有 { $charges } 笔扣费，模型可能记在别的名称下
unclear-log-too-short = 网关的日志没有保留到那么早
unclear-log-empty = 网关的日志是空的；它可能不保留日志
unclear-use-fell = 令牌的已用额度变少了，可能是退款或重置
unclear-no-use = 网关没有说明用了多少

## mcp

heading-programs = 供其他程序使用

help-mcp = 在预算内为智能体服务：基于 stdio 的 MCP 服务器
    .long =
        在预算内为智能体服务：通过 stdin 和 stdout 工作的 MCP 服务器，由 MCP 客户端启动。需要启用 cargo 特性 mcp 编译的版本。

        智能体请求的内容在发送之前就记入文件、占用预算，所以重启不会恢复预算；无论客户端如何回答，上限都有效。只有人能用 --max-pictures 和 --max-cost 提高上限。
    .after =
        客户端的配置写法：
        {"  {"}"mcpServers": {"{"}"quickrouter": {"{"}
            "command": "quickrouter", "args": ["mcp", "--max-pictures", "5"]
        {"  }}}"}
        令牌最好用 `quickrouter auth login` 保存，不要写在该文件里。stdin 结束或被中断时，服务器退出；仍在运行的预测会在 stderr 上列出。
    .output = 保存图片的文件夹；不存在则创建 [默认：图片文件夹中的 quickrouter]
    .emulator = 使用临时模拟器：无需令牌，无需联网，不产生费用，图片仅为占位图
    .max_cost = 时间窗口内的费用上限，以网关货币计的数字；没有价格的只按图片张数计
    .confirm_above = 只有可能超过此费用的，或没有价格的，才让客户端先询问用户 [默认：取自配置档，否则每次都询问]
    .yes = 不询问任何人；上限仍然有效
    .dry_run = 不创建任何预测：调用只返回请求和价格
arg-allow_dir = 允许智能体把其中文件作为输入发送的文件夹，包括其子文件夹；可重复；不指定则一个也没有
arg-budget_window = 上限所针对的时间窗口，例如 24h 或 7d
arg-cancel_on_abort = 客户端取消调用时，同时取消预测；不加则预测继续运行，因为客户端到了自己的时限就会取消
arg-images = 除路径外，结果中包含多少图片内容：不包含、不超过 64 KB 的缩略图，或整张图片
arg-max_pictures = 时间窗口内的图片张数上限
arg-state_file = 记录预算和请求 ID 的文件，只有你能读取 [默认：系统状态文件夹中每个网关一个]
arg-wait = 调用等待多久之后，就返回仍在运行的预测的 ID；多数客户端等 60s 就放弃

mcp-missing = `quickrouter mcp` 需要启用 cargo 特性 mcp 编译的版本
mcp-missing-how = 可用 `cargo install --path crates/quickrouter-cli --features mcp` 安装
mcp-no-home = 找不到你的个人文件夹，通常是因为没有设置 HOME
mcp-no-home-output = 请设置 HOME，或指定保存图片的文件夹：--output DIR
mcp-no-home-state = 请设置 HOME，或指定文件：--state-file FILE
mcp-allow-dir = --allow-dir { $folder }：{ $error }
mcp-allow-dir-how = 请指定已存在的文件夹
mcp-state-folder = 无法创建状态文件所在的文件夹 { $folder }：{ $error }
mcp-state-unusable = 无法使用状态文件 { $file }：{ $error }
mcp-state-corrupt = 状态文件 { $file } 第 { $line } 行无法理解：{ $reason }
mcp-state-other-gateway = 状态文件 { $file } 属于 { $found }，不属于 { $expected }
mcp-state-how = 可用 --state-file FILE 指定另一个文件，它有自己的预算
mcp-on-terminal =
    这是供 MCP 客户端使用的服务器，不是在终端里用的：它从 stdin 读取客户端的消息，把自己的消息写到 stdout
    客户端通过这样的配置启动它：
     {"{"}"mcpServers": {"{"}"quickrouter": {"{"}"command": { $command }, "args": ["mcp"]{"}}}"}
mcp-serving = MCP 服务器：网关为 { $gateway }；stdin 结束时退出
mcp-budget = MCP 服务器：还可生成图片 { $left } 张，上限 { $most } 张（窗口 { $window }）
mcp-budget-with-cost = MCP 服务器：还可生成图片 { $left } 张，上限 { $most } 张；还可花费 { $cost }，上限 { $max_cost }（窗口 { $window }）
mcp-window = { $unit ->
    [hours] { $count } 小时
    [minutes] { $count } 分钟
   *[seconds] { $count } 秒
}
mcp-unpriced = --max-cost 在这里不起作用：该网关的模型都没有价格，没有价格的只按图片张数计；请在它的配置档中设置价格
mcp-dry-run = MCP 服务器：试运行，不会创建任何预测
mcp-output = MCP 服务器：图片保存在 { $folder }
mcp-state = MCP 服务器：预算和请求 ID 记录在 { $file }
mcp-resumed = MCP 服务器：上次有 { $count } 个预测没有结束；现在继续等待并保存
mcp-stopping = MCP 服务器：正在停止；进行中的调用还有片刻时间完成
mcp-failed = MCP 服务器已停止：{ $why }
mcp-unknown = 未知
mcp-still-runs = 预测 { $id } 仍在运行，会计费（请求 { $request }，模型 { $model }）
mcp-still-runs-how = `quickrouter predictions wait { $id }` 可等待它完成，然后用 `quickrouter predictions save { $id }` 保存；下次启动的服务器会按请求 ID 找到它
mcp-unanswered = 有一个创建没有得到响应，因此可能正在运行并计费（请求 { $request }，模型 { $model }）
mcp-unanswered-how = `quickrouter predictions list` 可查看它是否在运行；下次启动的服务器再次收到同样的调用时，会查找它
mcp-ends-with-emulator = 模拟器的一个预测随模拟器一起结束（请求 { $request }，模型 { $model }）

## doctor

help-doctor = 检查令牌、网关、网络和本机环境；不产生费用
    .long =
        检查运行所需的一切：令牌、基础地址、域名、接口、代理、时钟、文件夹、终端和配置文件。

        不产生费用：只发送 GET 请求，令牌也只发给基础地址所在的主机。任何一项失败时退出码为 1。
    .json = 输出 JSON 列表，每项为 {"{"}"check", "result", "detail", "hint"{"}"}；结果为 ok、warn、fail 或 not_checked
    .output = 要检查的文件夹，文件会保存在其中
doctor-verdict = { $verdict ->
    [ok] 正常
    [warn] 警告
    [fail] 失败
   *[not_checked] 未检查
}
doctor-check = { $check ->
    [config] 配置文件
    [key] 令牌
    [key_accepted] 令牌有效性
    [base_url] 基础地址
    [proxies] 代理
    [host] 主机 { $name }
    [route] 接口 { $name }
    [clock] 时钟
    [output] 输出文件夹
    [cache] 缓存文件夹
   *[terminal] 终端
}
doctor-sum = { $failed ->
    [0] { $warned ->
        [0] 所有已检查的项目均正常
       *[other] 没有失败；{ $warned } 项警告
    }
   *[other] 失败 { $failed } 项；警告 { $warned } 项
}
doctor-interrupted = 已中断
doctor-config-read = 已读取 { $path }
doctor-no-config = { $path } 不存在，也无须存在：使用内置的配置档
doctor-key-late = 令牌命令未能在 { $seconds } 秒内结束
doctor-key-accepted = 额度查询接口接受该令牌
doctor-key-exhausted = 额度查询接口接受该令牌，但额度已用完
doctor-key-exhausted-how = 请在控制台为令牌增加额度，或换用其他令牌
doctor-key-refused = 额度查询接口拒绝了该令牌（HTTP { $status }）
doctor-key-refused-how = 请在控制台检查令牌：可能已删除、禁用、过期或额度用尽，也可能属于别的网关
doctor-key-unclear = 额度查询接口返回 HTTP { $status }，不能说明令牌是否有效
doctor-usage-unreadable = 无法理解额度查询接口的响应，不能说明令牌是否有效
doctor-usage-not-served = 网关没有额度查询接口（HTTP { $status }），也没有其他免费检验令牌的办法
doctor-not-of-family = 配置档 { $profile } 没有声明 { $origin } 属于 QuickRouter 同类网关（family = true），因此不查询其额度接口
doctor-key-expired = 额度查询接口接受该令牌，但显示它已过期
doctor-key-expired-how = 请在控制台延长令牌的有效期，或换用其他令牌；如果并未过期，请检查本机时钟
doctor-no-usable-key = 没有可用的令牌
doctor-late = { $seconds } 秒内没有响应
doctor-unreachable = 无法连接
doctor-unreachable-how = 请检查网络、DNS、防火墙和代理；如果只有这个主机连不上，它可能宕机，或在你的网络中被屏蔽
doctor-proxy-first = 代理无法使用
doctor-reachable = 可以连接（不带令牌时返回 HTTP { $status }）
doctor-status = 返回 HTTP { $status }
doctor-again-later = 请稍后再试；如果一直如此，请联系网关客服
doctor-unreadable = 响应无法读取（HTTP { $status }）
doctor-page = 返回的是网页或文本，而不是接口的 JSON（HTTP { $status }）
doctor-redirect = 发生重定向（HTTP { $status }），而接口本身不会重定向
doctor-redirect-to = 重定向到 { $origin }
doctor-in-between = 应答的不是网关，可能是网络登录页、代理或防火墙；请用浏览器打开任意网页，或检查基础地址
doctor-prefix-missing = { $base_url } 没有接口的前缀
doctor-prefix-how = 请使用 { $expected }
doctor-prefix-none = Replicate 自身的基础地址没有前缀
doctor-plain-http = { $base_url } 使用明文 http，途中的任何人都能看到令牌
doctor-relayed = 已中转
doctor-other-form = 返回 HTTP { $status }，但内容不是接口应有的格式
doctor-other-form-how = 应答的可能不是网关；请检查基础地址
doctor-not-relayed = 网关不中转此接口（HTTP { $status }）
doctor-not-relayed-unneeded = 未中转（HTTP { $status }）；没有命令需要它
doctor-without-list = `predictions list` 不可用，创建结果未知时也无法查找
doctor-without-files = 较大的文件放不进请求，又无法上传；请改用文件的 URL
doctor-route-denied = 返回 HTTP { $status }，但不能据此判断令牌：网关对有效令牌也可能这样返回
doctor-route-denied-how = 请以“令牌有效性”一行为准；`generate` 仍可能正常工作
doctor-no-date = 网关的响应中没有日期
doctor-clock-right = 与网关一致
doctor-clock-behind = 本机时钟比网关慢 { $seconds } 秒
doctor-clock-ahead = 本机时钟比网关快 { $seconds } 秒
doctor-clock-how = 请校准时钟或开启自动同步：证书和签名都依赖它
doctor-no-proxy = 没有设置代理变量
doctor-proxy = 访问网关使用 { $name }：{ $value }
doctor-proxy-other = 没有用于该网关的代理
doctor-proxy-set = 已设置 { $name }={ $value }
doctor-no-proxy-for = 直接连接：{ $hosts }
doctor-writable = { $path } 可以写入
doctor-not-writable = { $path } 无法写入
doctor-output-how = 请用 --output 选择其他文件夹，或修正其权限
doctor-little-space = { $path } 可以写入，但仅剩 { $space }
doctor-little-space-how = 请清理空间，或用 --output 选择其他文件夹
doctor-cache-off = 已由 QUICKROUTER_NO_CACHE 关闭
doctor-no-cache-folder = 没有缓存文件夹；等待时间不会参考以前的运行
doctor-cache-how = 没有它也能运行，只是请求更多；QUICKROUTER_NO_CACHE=1 可关闭缓存
doctor-no-terminal = stdout 不是终端：没有颜色和预览
doctor-terminal = 终端类型 { $term }，宽 { $width } 列
doctor-terminal-dumb = TERM=dumb：没有颜色和预览
doctor-terminal-dumb-how = 如果终端支持更多功能，请把 TERM 设为其类型，例如 xterm-256color
doctor-colours-on = 颜色：支持
doctor-colours-off = 颜色：已由 NO_COLOR 关闭
doctor-previews = { $kind ->
    [kitty] 预览：kitty 协议
    [iterm] 预览：iTerm2 协议
   *[blocks] 预览：字符块
}
doctor-locale-no-utf8 = 系统语言环境不是 UTF-8，中文可能无法显示

## 预览、表格与进度

arg-open = 用桌面的查看程序打开保存的图片、视频、音频和 PDF；其他文件一律不打开
arg-preview = 在终端里显示保存的图片（需要 cargo 特性 preview）：按终端已知的能力（auto）、指定协议、彩色色块，或不显示（off）
open-failed = { $file } 已保存，但没有打开：{ $why }
open-no-desktop = { $file } 已保存，但没有打开：这里没有桌面环境（未设置 DISPLAY 和 WAYLAND_DISPLAY）
open-no-viewer = { $file } 已保存，但没有打开：找不到可用来打开文件的程序，例如 xdg-open
open-not-media = { $file } 已保存，但没有打开：它不是图片、视频、音频或 PDF
preview-missing = --preview={ $mode } 需要带有 cargo 特性 preview 的版本：cargo install --path crates/quickrouter-cli --features preview
preview-no-terminal = --preview={ $mode }：没有可以显示图片的终端
preview-skipped = { $file } 已保存，但没有显示：不是可以显示的图片（{ $why }）

progress-elapsed = 已用 { $time }
progress-left = 剩余 { $time }
progress-line = 预测 { $id }：{ $status }{ $steps ->
        [0] {""}
       *[other] ，第 { $step } 步，共 { $steps } 步
    }{ $pass ->
        [0] {""}
        [1] {""}
       *[other] （第 { $pass } 轮）
    }{ $rate ->
        [none] {""}
       *[other] ，{ $rate }
    }{ $left ->
        [none] {""}
       *[other] ，约剩 { $left }
    }
progress-of = 预测 { $id }
progress-pass = 第 { $pass } 轮 { $step }/{ $steps }

ago-now = 刚刚
ago-minutes = { $count } 分钟前
ago-hours = { $count } 小时前
ago-days = { $count } 天前
column-created = 创建时间
column-description = 说明
column-id = 编号
column-inputs = 输入数
column-model = 模型
column-name = 名称
column-short = 简称
column-status = 状态
column-version = 版本
arg-json_schema = 输出该模型输入的 JSON Schema（draft 2020-12），供编辑器、表单和校验器使用
json-schema-how = `quickrouter models sdxl --json-schema` 输出某个模型的 JSON Schema
json-schema-of-which = --json-schema 需要指定模型

## again、rescue、--detach 与 @ID

arg-sidecar = 在每个文件旁写一个附属文件 FILE.json，记录它是怎样生成的
arg-detach = 只创建预测并输出其 ID，不等待；不能与 --emulator 合用，因为模拟器随命令结束
sidecar-exists = 附属文件 { $file } 未写入：已经存在（--overwrite 会覆盖）
sidecar-unwritten = 附属文件 { $file } 未写入：{ $why }

help-again = 根据附属文件重新生成一张图片
    .long =
        根据附属文件重新生成一张图片。

        附属文件即 --sidecar 写下的 PICTURE.json，也可以直接给出它。模拟器的图片在文本块中记录了自己的输入；模型生成的图片目前未见有此记录。记录不能指定本机文件、网关或令牌。模型、输入和价格会先显示，确认后才生成；--yes 则不再询问。
    .picture = 图片，或其附属文件
arg-set = 要修改的输入：名称、选项名或其中不会混淆的一部分，如 --set steps=30。值为空表示去掉该输入（--set seed= 会换新的种子）。可以重复

again-model = 重新生成：{ $model }，依据 { $file }
again-same = {"  "}{ $name }：{ $value }（不变）
again-changed = * { $name }：{ $value }（原为：{ $before }）
again-added = * { $name }：{ $value }（新增）
again-left-out = * { $name }：去掉（原为：{ $before }）
again-unbilled = 价格：模拟器不产生费用
again-unconfirmed = stdin 和 stderr 不是终端，无人可以确认
again-yes = 加上 --yes 则不询问，直接生成
again-link = 附属文件 { $file } 是链接，可能指向任何文件；请不要给出图片，而是给出它所指的文件
again-no-sidecar = { $file } 不是本命令的附属文件；请移走它，或给出其他文件
again-nothing = 没有关于 { $file } 如何生成的记录：没有 { $sidecar }，它也不是模拟器的 PNG 文件
again-sidecar-hint = --sidecar 会写下附属文件；模型生成的图片目前未见带有输入
again-too-large = { $file } 超过 { $most } MiB，不是本命令的附属文件
again-another = { $sidecar } 是另一个文件 { $name } 的附属文件，或者 { $file } 在保存后被改动过
again-another-hint = `quickrouter again { $sidecar }` 会按附属文件的记录生成
again-incomplete = { $file } 中没有模型或输入，因为网关没有返回它们
again-many-inputs = { $file } 有 { $inputs } 个输入，多到无法查看
again-file-needed = { $name } 原是文件，内容不在记录中；请用 --set { $name }=FILE 重新给出
again-path = { $name } 是 { $value }，而记录不能指定本机文件；请用 --set { $name }=FILE 给出
again-sidecar-version = 其格式版本为 { $version }，来自本命令的更新版本
again-inexact = 其中的 { $number } 会被舍入
again-sidecar-damaged = 内容已损坏：{ $why }
again-not-a-file = 它不是普通文件
again-no-input = 其中的输入不是 JSON 对象
again-unusable = { $file } 无法使用
set-without-value = --set { $text }：请写作 NAME=VALUE
set-no-url = --set { $name }：{ $text } 不是 URL；契约中没有该模型，它的文件只能以 https: 或 data: 形式给出
set-other-type = --set { $name }：{ $text } 与所记录的值类型不同
set-unknown = --set { $name }：{ $model } 没有这个输入；它有：{ $known }
set-ambiguous = --set { $name } 可能指：{ $found }

help-rescue = 保存近期成功、但不在文件夹中的结果
    .long =
        趁网关还保留着结果，保存近期成功、但不在文件夹中的预测。

        如果文件的名称与保存时所取的一致，或其附属文件指明了该预测，就视为已保存。不会覆盖任何文件。每个预测都会尝试；退出码取第一个失败的结果。
    .json = 输出一个 JSON 文档而不是路径：{"{"}"predictions": [{"{"}"id", "state", "files"{"}"}]{"}"}
    .output = 查找并保存文件的文件夹；不存在则创建
arg-since = 往前查找多久，例如 30m 或 2h [默认：网关保留结果的时长]
output-unusable = --output 无法使用：{ $why }
rescue-unfinished = 预测 { $id } 的状态是 { $status }，暂不保存
rescue-interrupted = 已中断；已保存的文件都是完整的
rescue-cut-off = 只查看了最新的 { $most } 个预测；缩短 --since 可以查看该时段的全部预测
rescue-done =
    { $found ->
        [0] 这段时间内没有预测
       *[other] 预测 { $found } 个，保存文件 { $files } 个，此前已保存的预测 { $there } 个
    }

reference-malformed = { $text } 既不是 @last，也不是 @ID（加 /N 表示第 N 个输出）；如果是文件名，请写作 ./{ $text }
reference-emulator = --emulator 启动时没有任何预测，无法引用；`quickrouter serve` 会保留预测
reference-of = 涉及的选项是 --{ $flag } { $text }
reference-last = @last 是预测 { $id }
reference-no-last = 没有上一个预测
reference-unfinished = 预测 { $id } 的状态是 { $status }，输出还不完整
reference-gone = 预测 { $id } 没有输出，或已被网关删除
reference-no-output = 预测 { $id } 的输出 { $index } 不是文件或不存在；它有 { $outputs } 个输出，从 0 数起
reference-no-file = 预测 { $id } 没有文件形式的输出
predictions-wait-hint = `quickrouter predictions wait { $id }` 会等待它完成
interrupted-fetching = 获取先前的输出时被中断
fetched-unwritable = 临时文件夹无法使用：{ $why }
create-without-prediction = 创建请求没有返回预测
create-recovered = 创建请求没有得到可用的响应；已从列表中找回对应的预测
detached = `quickrouter predictions wait { $id }` 会等待它完成，`quickrouter predictions save { $id }` 会保存其输出

## scaffold 与 explain

help-explain = 离线解释错误的含义和处理办法
    .json = 以 JSON 输出错误码，包含两种语言
    .text = 错误码、HTTP 状态码、退出码或粘贴的错误信息；- 从标准输入读取；不写则列出全部错误码
explain-all = `quickrouter explain` 列出全部错误码
explain-failed = { $code }（出现在失败预测的 error 中）
explain-exit-code = 退出码 { $code }
explain-kind = { $kind }（本命令的错误类别，退出码 { $code }）
explain-nearest = 是不是想写 { $code }？
explain-status = { $code }（HTTP 状态码 { $status }）
explain-too-long = 文本过长，最多检索 { $bytes } 字节
explain-unknown = 文本中没有任何已知的错误码或退出码

help-scaffold = 输出一个小程序，用来生成与已有预测相同的预测
    .after = 这里的 --lang 指编程语言；消息的语言要写在命令之前。
    .id = 预测的 ID
    .lang = 程序所用的语言
scaffold-interrupted = 已中断；没有输出任何内容
scaffold-no-input = 网关已不再保存该预测的输入
scaffold-no-input-hint = 结果会在一段时间后删除；`quickrouter predictions list` 列出较新的预测
scaffold-no-model = 该预测既没有版本，也没有模型名

## 用法错误

usage = 用法：{ $line }
usage-command = 命令
usage-options = [选项]
usage-help = 详见 `{ $command } --help`

emulator-alone = --emulator 不能与 { $flag } 同时使用：模拟器有自己的地址和令牌；请去掉其中一个
lang-unknown = --lang 或 { $variable } 的值 { $name } 不是可选的语言：请用 en 或 zh
model-meant = 文档中没有名为 { $name } 的模型（是不是想写 { $nearest }？）；其他模型请写作 owner/name、owner/name:version，或 64 位十六进制的版本号
model-undocumented = 模型 { $name } 没有文档，无法得知其输入；`quickrouter models` 列出有文档的模型
model-unknown = 文档中没有名为 { $name } 的模型，`quickrouter models` 可列出全部；其他模型请写作 owner/name、owner/name:version，或 64 位十六进制的版本号
usage-after-command = { $arg } 是子命令的选项，应写在其后：{ $command } { $arg }
usage-command-missing = { $command } 后面需要一个子命令
usage-conflict = { $arg } 不能与 { $others } 同时使用
usage-dashes = 如果 { $arg } 不是选项而是值，请在它前面写 --
usage-encoding = 有参数不是有效的 UTF-8
usage-equals = { $arg } 的值必须紧跟在等号之后
usage-meant = 是不是想写 { $names }？
usage-other = 无法理解这个命令行
usage-required = 缺少：{ $args }
usage-too-few = { $arg } 至少需要 { $least } 个值
usage-too-many = { $arg } 的值过多：{ $value }
usage-twice = { $arg } 只能使用一次
usage-unknown = 这里没有参数 { $arg }
usage-unknown-command = 没有命令 { $name }
usage-value = { $arg } 的值 { $value } 无效
usage-value-missing = { $arg } 需要一个值
usage-values = { $arg } 需要 { $expected } 个值
usage-values-are = 可选值：{ $values }
value-duration = 时间请写作 500ms、90s、10m 或 1h30m 这样的形式
value-host = 既不是 IP 地址（例如 127.0.0.1 或 ::1），也不是 localhost
value-long-unit = 单位 { $unit } 对等待来说太长；请用天（d）或更小的单位
value-months = { $value } 表示月；分钟请写 { $meant }
value-number = 应为数字，例如 0.5
value-quoted = 值带有引号；请去掉
value-quoted-variable = --{ $flag } 对应的环境变量的值带有引号；请去掉
value-switch = 请写 true 或 false
value-whole = 应为 { $least } 到 { $most } 之间的整数
value-whole-from = 应为不小于 { $least } 的整数
value-zero-duration = 时间必须大于零

## 帮助主题与 man 手册页

exit-deadline = 超过时限；`generate` 和 `run` 会保存已有的输出并请求取消
exit-done = 成功（`predictions get`：无论状态如何；`serve`：被中断时）
exit-interrupted = 被 ctrl-C、SIGTERM 或 SIGHUP 中断；`generate` 和 `run` 会请求取消
exit-other = 其他失败：无法连接网关，没有发送任何请求；文件无法上传，没有创建预测；预测成功，但输出缺失或已失效；输出无法下载（返回网页而不是图片也算）、解码或写入（可用 `quickrouter predictions save ID` 重试）
exit-outcome-unknown = 创建请求已发送，但结果未知：预测可能正在运行并计费（连接被重置、超时、5xx、响应无法读取）
exit-prediction-failed = 预测失败、被取消或被中止，或其输出全部是错误；`generate` 和 `run` 会保存已有的输出
exit-refused = 网关拒绝了请求（3xx、4xx、直到时限仍为 429，或 503 { $code }），或速率限制使请求在时限之前无法发出
exit-refused-here = 参数、设置或输入无效，没有发送任何请求；或文件在上传过程中被修改，没有创建预测
file-not-written = 无法写入 { $file }：{ $why }
man-description = 说明
man-name = 名称
man-notes = 备注
man-see-also = 另见
man-synopsis = 概要
topic-environment = 本命令读取的环境变量。空值视为未设置；选项优先于对应的变量。
topic-exit-codes = 本命令的退出码。
variable-key = API 令牌；没有对应的选项，因为其他用户能看到命令行参数
variable-locale = 没有用 --lang 或其变量指定语言时，以此决定：以 zh 开头则为中文
variable-no-cache = 不在多次运行之间保留任何内容：预测的耗时（用来安排等待）和供 @last 使用的 ID
variable-proxies = 代理：http、https、socks4 和 socks5
variable-terminal = 是否使用颜色、进度条和预览，与其他命令一致；TERM=dumb 和 CI 环境下都不使用
variable-of-flag = { $help }（同 { $flag }）

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
sdk-deadline = { $time } 的时限已到，预测 { $id } 的状态仍为 { $status }
sdk-deadline-no-status = { $time } 的时限已到，预测 { $id } 还没有状态
sdk-deadline-unseen = { $time } 的时限已到，还没有见到预测 { $id }
sdk-ended = 预测 { $id } 以 { $status } 状态结束
sdk-ended-without-id = 预测以 { $status } 状态结束
sdk-fewer-requests = 请减少同时发送的请求，或放宽时限
sdk-file = 文件 { $path }：{ $reason }
sdk-folder = 文件夹 { $path }：{ $reason }
sdk-invalid-id = 所给的 "{ $text }" { $reason }
sdk-invalid-input = { $model } 的输入无效，没有发送任何请求：
sdk-invalid-input-one = { $model } 的输入无效，没有发送任何请求：{ $violation }
sdk-last-poll-failed = 最近一次查询失败：{ $why }
sdk-list-not-relayed = 该网关不中转预测列表，再次发送之前请先核对账户的扣费记录
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
reason-key-printed = 由令牌命令 { $program } 输出
reason-key-kept = 来自文件 { $file }
reason-key-in-keyring = 来自系统密钥环
reason-key-given = 刚才输入的
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
    .hint = 请更正该变量，或取消设置
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
reason-prefer-wait-range = 网关可以把响应保留 1 秒至 { $most } 秒，不能是 { $given }
reason-cancel-after-minimum = 网关最早在 { $least } 秒之后取消，不能是 { $given } 之后
reason-model-unknown = 没有名为 "{ $model }" 的已收录模型
    .hint = 其他模型请写作 owner/name、owner/name:version 或 64 位十六进制的版本号
reason-model-unknown-near = 没有名为 "{ $model }" 的已收录模型（是不是想写 { $near }？）
    .hint = 其他模型请写作 owner/name、owner/name:version 或 64 位十六进制的版本号
reason-model-version = 模型 "{ $model }"：版本号不是 64 位十六进制数
reason-model-name = 模型 "{ $model }" 不是 owner/name、owner/name:version 或 64 位十六进制的版本号
reason-model-name-near = 模型 "{ $model }" 不是 owner/name、owner/name:version 或 64 位十六进制的版本号
    .hint = 是不是想写 { $near }？
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
reason-did-you-mean = { $reason }（是不是想写 { $near }？）
reason-input-missing = 缺失，而 { $model } 要求填写
reason-input-unknown = 不是 { $model } 的输入；可用的输入有 { $names }
reason-input-unknown-near = 不是 { $model } 的输入（是不是想写 { $near }？）
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
reason-stopped = 已被停止，或时限先到
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
reason-no-date = 网关没有说明列表的发送时间，无法比较时间
reason-since-in-future = 查找的起始时间比现在晚 { $time }
    .hint = 请检查系统时钟
reason-too-recent = 创建请求可能在不到 { $time } 前才发出，列表中可能还没有它
    .hint = 请稍后再次查找
reason-input-not-shown = 预测 { $id } 可能就是它，但没有显示输入
reason-time-not-shown = 预测 { $id } 可能就是它，但没有显示创建时间
reason-too-many-candidates = 有 { $count } 个预测可能是它
reason-search-too-long = 查找发出 { $count } 个请求后停止
reason-no-file-id = 没有文件 ID
reason-no-file-url = 没有文件地址（urls.get）
reason-file-url-invalid = "{ $url }" 不是文件的地址
reason-response-secret = 其中的密钥{ $reason }
reason-check-key = 请检查令牌（{ $source }）
reason-redirect-not-followed = 不跟随重定向，以免泄露令牌：请把基础地址设为接口的实际地址
reason-redirect-to-not-followed = 不跟随重定向（指向 { $location }），以免泄露令牌：请把基础地址设为接口的实际地址
reason-add-credit = 请为账户充值，补足额度
reason-key-permission = 请使用有此权限的令牌
reason-uploads-not-relayed = 该网关不中转文件上传：请缩小文件（输入最多 { $limit } 字节），或给出其 https 地址
reason-upload-too-large = 文件对该网关来说太大：请缩小文件（输入最多 { $limit } 字节），或给出其 https 地址
reason-not-relayed = 该网关不中转 { $operation }
reason-check-prediction-id = 请检查 ID；预测的内容只保留 { $minutes } 分钟
reason-check-file-id = 请检查 ID；上传的文件只保留 { $hours } 小时
reason-check-id-or-model = 请检查 ID 或模型名称
reason-change-request = 请修改请求
reason-retry-in = 请在 { $seconds } 秒后重试
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
