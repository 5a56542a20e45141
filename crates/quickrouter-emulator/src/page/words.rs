//! All texts of the page, in English and in Chinese.

use quickrouter_api::Status;

/// The same in both languages.
pub(super) struct Phrase {
    pub(super) en: &'static str,
    pub(super) zh: &'static str,
}

const fn pair(en: &'static str, zh: &'static str) -> Phrase {
    Phrase { en, zh }
}

pub(super) const TITLE: Phrase = pair("QuickRouter emulator", "QuickRouter 模拟器");
pub(super) const HELLO: Phrase = pair("An emulator on your own machine", "您本机上的模拟器");
pub(super) const NOTICE: Phrase = pair(
    "No model runs here: pictures and all other outputs are placeholders made by the emulator. Nothing is billed.",
    "这里没有模型在运行：图片和其他输出均由模拟器自己生成，并非模型的结果。不会产生任何费用。",
);
pub(super) const FOOT: Phrase = pair(
    "Nothing is stored: all of this is gone when the emulator stops.",
    "以上内容均不保存：模拟器停止后即全部消失。",
);
pub(super) const SKIP: Phrase = pair("Skip to the content", "跳到正文");
pub(super) const RELOAD: Phrase = pair("Refresh", "刷新");
pub(super) const OTHER_LANGUAGE: Phrase = pair("中文", "English");
pub(super) const LIVE: Phrase = pair("Live", "实时");
pub(super) const LOST: Phrase = pair("Disconnected, reconnecting", "连接已断开，正在重试");
pub(super) const BACK: Phrase = pair("Overview", "总览");
pub(super) const NOT_HERE: Phrase = pair("Not found", "这里没有");
pub(super) const NO_PREDICTION: Phrase =
    pair("The emulator has no prediction with this id:", "模拟器没有保存此编号的预测：");
pub(super) const NO_REQUEST: Phrase =
    pair("The emulator has no request with this number:", "模拟器没有保存此序号的请求：");
pub(super) const PAGES: Phrase = pair("More pages", "更多页");
pub(super) const NEWER: Phrase = pair("Newer", "较新");
pub(super) const OLDER: Phrase = pair("Older", "较早");
pub(super) const ALL: Phrase = pair("All", "全部");

pub(super) const BASE_URL: Phrase = pair("Base URL", "基础地址");
pub(super) const KEY: Phrase = pair("Key", "密钥");
pub(super) const KEY_ANY: Phrase = pair("Key (any is accepted)", "密钥（任意均可）");
pub(super) const KEY_SET: Phrase =
    pair("set at start, not shown here", "启动时设置的密钥，此处不显示");
pub(super) const COPY: Phrase = pair("Copy", "复制");
pub(super) const COPIED: Phrase = pair("Copied", "已复制");

pub(super) const COUNTERS: Phrase = pair("Counters", "计数");
pub(super) const CREATES: Phrase = pair("creates accepted", "次创建已接受");
pub(super) const CREATES_NOTE: Phrase = pair("each would have been billed", "每次都会计费");
pub(super) const PICTURES: Phrase = pair("pictures requested", "张图片，由这些创建请求");
pub(super) const REQUESTS_COUNT: Phrase = pair("requests to the API", "次 API 请求");
pub(super) const COST: Phrase = pair("would have been the cost", "本应花费");
pub(super) const NO_PRICE: Phrase = pair("set a price to see it", "设置单价后可见");
pub(super) const PRICE: Phrase = pair("USD a picture", "每张图片（美元）");
pub(super) const PRICE_WRONG: Phrase = pair("A price is a number:", "单价须为数字：");
pub(super) const SET: Phrase = pair("Set", "设置");

pub(super) const PREDICTIONS: Phrase = pair("Predictions", "预测");
pub(super) const PREDICTION: Phrase = pair("Prediction", "预测");
pub(super) const KEPT: Phrase = pair("kept", "条");
pub(super) const NOTHING: Phrase =
    pair("No predictions yet. Create one:", "还没有预测。创建一个试试：");
pub(super) const NO_PROMPT: Phrase = pair("no prompt", "无提示词");
pub(super) const REMOVED: Phrase =
    pair("Input, logs and pictures have been deleted.", "输入、日志和图片已删除。");
pub(super) const PROGRESS: Phrase = pair("Progress", "进度");
pub(super) const PICTURE: Phrase = pair("Picture", "图片");
pub(super) const VIDEO: Phrase = pair("Video", "视频");
pub(super) const AUDIO: Phrase = pair("Sound", "音频");
pub(super) const FILE: Phrase = pair("File", "文件");
pub(super) const ONE_PICTURE: Phrase = pair("picture", "张图片");
pub(super) const N_PICTURES: Phrase = pair("pictures", "张图片");
pub(super) const CANCEL: Phrase = pair("Cancel", "取消");
pub(super) const INPUT: Phrase = pair("Input", "输入");
pub(super) const OUTPUTS: Phrase = pair("Outputs", "输出");
pub(super) const LOGS: Phrase = pair("Logs", "日志");
pub(super) const NO_LOGS: Phrase = pair("None yet.", "暂无。");
pub(super) const DELIVERIES: Phrase = pair("Webhook deliveries", "Webhook 投递");
pub(super) const WHOLE: Phrase = pair("The whole prediction", "完整预测");
pub(super) const SEED: Phrase = pair("Seed", "种子");
pub(super) const VERSION: Phrase = pair("Version", "版本");

pub(super) const REQUESTS: Phrase = pair("Requests", "请求");
pub(super) const REQUEST: Phrase = pair("Request", "请求");
pub(super) const ANSWER: Phrase = pair("Response", "响应");
pub(super) const NO_REQUESTS: Phrase = pair("None yet.", "暂无。");
pub(super) const STATUS: Phrase = pair("Status", "状态");
pub(super) const TOOK: Phrase = pair("Took", "耗时");
pub(super) const NOTES: Phrase = pair("Notes", "备注");
pub(super) const TIME: Phrase = pair("Time", "时间");
pub(super) const ORIGIN: Phrase = pair("Sent to", "发往");
pub(super) const AT_GATEWAY: Phrase = pair("the gateway", "网关");
pub(super) const ELSEWHERE: Phrase = pair("the other origin", "另一来源");
pub(super) const OPERATION: Phrase = pair("Operation", "操作");
pub(super) const RESET: Phrase = pair("reset", "重置");
pub(super) const WITH_KEY: Phrase = pair("with key", "带密钥");
pub(super) const WITHOUT_KEY: Phrase = pair("no key", "无密钥");
pub(super) const KEY_LEAKED: Phrase =
    pair("carried a key to the other origin", "密钥被带到了另一来源");
pub(super) const FAULT: Phrase = pair("fault", "故障");
pub(super) const IGNORED: Phrase = pair("ignored input", "已忽略的输入");
pub(super) const NO_BODY: Phrase =
    pair("No body, or a file or stream that is not kept.", "无正文，或为不保存的文件、流。");
pub(super) const BODY_CUT: Phrase =
    pair("Only the start of the body is kept.", "仅保存了正文的开头部分。");

pub(super) const FAULTS: Phrase = pair("Faults", "故障");
pub(super) const SET_FAULTS: Phrase = pair("set", "项");
pub(super) const AS_JSON: Phrase = pair("All faults, as JSON", "全部故障（JSON）");
pub(super) const SAVE: Phrase = pair("Save", "保存");
pub(super) const SPENT: Phrase = pair("has fired", "已发生");
pub(super) const P_THROTTLED: Phrase =
    pair("Next create: 429, come back in 3 s", "下一次创建：429，3 秒后重试");
pub(super) const P_NO_CHANNEL: Phrase =
    pair("Every create: model_not_found", "每次创建：model_not_found");
pub(super) const P_RESET_AFTER: Phrase =
    pair("Next create: accepted, then reset", "下一次创建：接受后断开连接");
pub(super) const P_BROKEN_AFTER: Phrase =
    pair("Next create: accepted, answered 500", "下一次创建：接受后返回 500");
pub(super) const P_SLOW: Phrase = pair("Every answer: 3 s late", "每个响应：延迟 3 秒");
pub(super) const P_FLAKY: Phrase =
    pair("3 of 10 reads: 502 and a proxy's page", "十次查询中三次：502 与代理页面");
pub(super) const P_GARBAGE: Phrase = pair("Next read: no JSON", "下一次查询：返回非 JSON");
pub(super) const P_UNSAFE: Phrase = pair("New predictions fail: NSFW", "新预测失败：NSFW");
pub(super) const P_DROPPED: Phrase =
    pair("New predictions: first picture missing", "新预测：缺少第一张图片");

const STARTING: Phrase = pair("starting", "启动中");
const PROCESSING: Phrase = pair("processing", "处理中");
const SUCCEEDED: Phrase = pair("succeeded", "成功");
const FAILED: Phrase = pair("failed", "失败");
const CANCELED: Phrase = pair("canceled", "已取消");
const ABORTED: Phrase = pair("aborted", "已中止");
const OTHER: Phrase = pair("unknown", "未知");

pub(super) fn of_status(status: &Status) -> &'static Phrase {
    match status {
        Status::Starting => &STARTING,
        Status::Processing => &PROCESSING,
        Status::Succeeded => &SUCCEEDED,
        Status::Failed => &FAILED,
        Status::Canceled => &CANCELED,
        Status::Aborted => &ABORTED,
        _ => &OTHER,
    }
}
