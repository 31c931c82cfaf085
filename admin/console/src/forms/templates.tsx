// How lists and groups stand on the page: entries that open, groups with their heading, fields with label and error.
import { ArrowDownOutlined, ArrowUpOutlined, PlusOutlined } from "../shell/icons";
import type { ArrayFieldItemTemplateProps, ArrayFieldTemplateProps, FieldTemplateProps, MultiSchemaFieldTemplateProps,
  ObjectFieldTemplateProps, OptionalDataControlsTemplateProps } from "@rjsf/utils";
import { Button } from "antd";
import { isValidElement } from "react";
import { useTranslation } from "react-i18next";
import { at } from "../json/pointer";
import type { Context } from "./DefinitionForm";
import { Entry } from "./Entry";
import { summaryOf } from "./fields";

export function FieldTemplate(props: FieldTemplateProps) {
  const { id, children, label, required, hidden, rawErrors, rawDescription, displayLabel } = props;
  if (hidden) return <div hidden>{children}</div>;
  const framed = !displayLabel; // it brings its own heading
  return (
    <div className={rawErrors?.length ? "field wrong" : "field"}>
      {!framed && (
        <label htmlFor={id}>
          {label}
          {required && <span className="required" aria-hidden="true"> *</span>}
        </label>
      )}
      {children}
      {!framed && rawDescription && <p className="help">{rawDescription}</p>}
      {!framed && rawErrors?.map((error) => <p className="error" role="alert" key={error}>{error}</p>)}
    </div>
  );
}

export function ObjectFieldTemplate(props: ObjectFieldTemplateProps) {
  const { title, properties, optionalDataControl, fieldPathId, schema, errorSchema } = props;
  const whole = fieldPathId.path.length === 0;
  const content = <div className="grid">{properties.filter((one) => !one.hidden).map((one) => one.content)}</div>;
  if (whole) return content;
  return (
    <fieldset className="place" id={fieldPathId.$id} tabIndex={-1}>
      <legend>{title} {optionalDataControl}</legend>
      {schema.description && <p className="help">{schema.description}</p>}
      {content}
      {errorSchema?.__errors?.map((error) => <p className="error" role="alert" key={error}>{error}</p>)}
    </fieldset>
  );
}

export function ArrayFieldTemplate(props: ArrayFieldTemplateProps) {
  const { t } = useTranslation();
  const { title, items, canAdd, onAddClick, disabled, readonly, fieldPathId, schema, optionalDataControl, rawErrors } = props;
  return (
    <fieldset className="place" id={fieldPathId.$id} tabIndex={-1}>
      <legend>{title} {optionalDataControl}</legend>
      {schema.description && <p className="help">{schema.description}</p>}
      {items}
      {rawErrors?.map((error) => <p className="error" role="alert" key={error}>{error}</p>)}
      {canAdd && !disabled && !readonly && (
        <Button icon={<PlusOutlined />} onClick={onAddClick} aria-label={`${t("form.add")} ${title}`}>{t("form.add")}</Button>
      )}
    </fieldset>
  );
}

export function ArrayFieldItemTemplate(props: ArrayFieldItemTemplateProps) {
  const { t } = useTranslation();
  const { children, index, buttonsProps, registry, disabled, readonly } = props;
  const path = buttonsProps.fieldPathId.path.map(String);
  const { whole, wrong: isWrong } = registry.formContext as Context;
  const value = at(whole(), path);
  const title = t("form.item", { n: index + 1 });
  const name = `${title} ${summaryOf(value)}`;
  const { hasMoveUp, hasMoveDown, onMoveUpItem, onMoveDownItem, hasRemove, onRemoveItem } = buttonsProps;
  const fixed = disabled || readonly;
  const tools = !fixed && (
    <>
      {hasMoveUp && <Button type="text" icon={<ArrowUpOutlined />} aria-label={`${t("form.up")} ${name}`} onClick={onMoveUpItem} />}
      {hasMoveDown && <Button type="text" icon={<ArrowDownOutlined />} aria-label={`${t("form.down")} ${name}`} onClick={onMoveDownItem} />}
    </>
  );
  const fresh = value === undefined || (typeof value === "object" && value !== null && Object.keys(value).length === 0);
  return (
    <Entry title={title} summary={summaryOf(value)} wrong={isWrong(path)} open={fresh} tools={tools} onRemove={hasRemove && !fixed ? onRemoveItem : undefined}>
      {children}
    </Entry>
  );
}

export function OptionalDataControlsTemplate({ id, onAddClick, onRemoveClick, schema }: OptionalDataControlsTemplateProps) {
  const { t } = useTranslation();
  if (!onAddClick && !onRemoveClick) return <em id={id} className="quiet">{t("one.nothing")}</em>;
  const word = t(onAddClick ? "form.add" : "form.clear");
  return (
    <Button id={id} size="small" type="link" onClick={onAddClick ?? onRemoveClick} aria-label={`${word} ${schema.title ?? ""}`}>{word}</Button>
  );
}

export function MultiSchemaFieldTemplate({ schema, selector, optionSchemaField }: MultiSchemaFieldTemplateProps) {
  const { t } = useTranslation();
  const label = isValidElement<{ id: string }>(selector) && <label className="quiet" htmlFor={selector.props.id}>{t("form.variant", { of: schema.title ?? "" }).trim()}</label>;
  return <div className="choice">{label}{selector}{optionSchemaField}</div>;
}
